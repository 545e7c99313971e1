import { effectiveRegistration } from '../config/check-config.ts';
import type { Config } from '../config/config.ts';
import type { Language } from '../config/describe-config.ts';
import { VERSION } from '../version.ts';

export interface BannerFacts extends ReadyFacts {
  readonly config: Config;
  readonly addresses: readonly string[];
  readonly hasWebPage: boolean;
  readonly startMs: number;
  readonly openFilesMax: number | null;
}

// Every connection is a file; fewer than this is a surprise for whoever invites a company.
const OPEN_FILES_WANTED = 4_096;

/** What a person sees after `npm start`: that it works, where to go, and what to be careful about. */
export function banner(facts: BannerFacts, language: Language): string {
  const words = WORDS[language];
  const { config } = facts;
  const store = config['data.store'] === 'memory' ? 'memory' : config['data.folder'];
  const lines = [
    '',
    `  ${config['server.name']} ${VERSION}   ${words.data} ${store}   ${words.registration[effectiveRegistration(config)]}`,
    '',
    `  ✓ ${words.listening} ${facts.addresses.join(', ')}${describeUsualPorts(facts)}`,
    `  ✓ ${words.ready((facts.startMs / 1_000).toFixed(2))}`,
    ...warnings(facts, language).map((warning) => `  ! ${warning}`),
    '',
  ];
  if (facts.hasWebPage) lines.push(`  ${words.web.padEnd(10)} ${facts.url}`);
  if (facts.port !== null) lines.push(`  ${words.terminal.padEnd(10)} nc 127.0.0.1 ${facts.port}`);
  lines.push('');
  return lines.join('\n');
}

/** The line that programs wait for; printed once every gateway accepts. */
export function readyLine({ url, port, usualPorts }: ReadyFacts): string {
  const more = Object.entries(usualPorts).map(([name, usual]) => ` ${name}=${usual}`);
  return `skein ready ${url} pid=${process.pid} port=${port ?? 0}${more.join('')}`;
}

export interface ReadyFacts {
  readonly url: string;
  readonly port: number | null;
  /** Ports that are one protocol's alone. */
  readonly usualPorts: Readonly<Record<string, number>>;
}

function describeUsualPorts({ usualPorts }: BannerFacts): string {
  return Object.entries(usualPorts)
    .map(([name, port]) => `, ${name} ${port}`)
    .join('');
}

function warnings({ config, openFilesMax }: BannerFacts, language: Language): string[] {
  const words = WORDS[language];
  const found: string[] = [];
  if (config['data.store'] === 'memory') found.push(words.memory);
  if (config.development) found.push(config.development_exposed ? words.exposed : words.development);
  if (openFilesMax !== null && openFilesMax < OPEN_FILES_WANTED) found.push(words.files(openFilesMax));
  return found;
}

const WORDS = {
  en: {
    data: 'data',
    registration: {
      open: 'registration open',
      invitation: 'registration by invitation (skein invite create)',
      closed: 'registration closed',
    },
    listening: 'listening on',
    ready: (seconds: string) => `ready in ${seconds} s`,
    web: 'Web page',
    terminal: 'Terminal',
    memory: 'MEMORY STORE: everything is forgotten when the server stops.',
    development: 'Development: anyone on this machine can sign in as anyone.',
    exposed: 'DEVELOPMENT, EXPOSED: whoever reaches this port can sign in as anyone.',
    files: (count: number) =>
      `Only ${count} files may be open, which limits connections; raise it with "ulimit -n".`,
  },
  zh: {
    data: '数据',
    registration: { open: '开放注册', invitation: '凭邀请注册（skein invite create）', closed: '已关闭注册' },
    listening: '正在监听',
    ready: (seconds: string) => `启动用时 ${seconds} 秒`,
    web: '网页',
    terminal: '终端',
    memory: '内存存储：服务器停止后全部内容都会丢失。',
    development: '开发模式：本机任何人都可以用任意身份登录。',
    exposed: '开发模式已对外开放：能访问该端口的人可冒充任何人。',
    files: (count: number) => `最多只能打开 ${count} 个文件，连接数会受限；可用 "ulimit -n" 提高。`,
  },
} as const;
