import { LIMITS } from '@skein/model';
import { limitKey, limitKind } from './limit-settings.ts';
import type { Setting } from './setting.ts';
import { USUAL_PORT_SETTINGS } from './usual-port-settings.ts';

const FILE_SUFFIX = '_file';

/**
 * [CF8] Every setting there is, once. From this table come the file's parsing, the environment's names, the command's flags,
 * `skein config explain`, the commented defaults and the types: nothing else lists settings.
 */
export const SETTINGS = {
  'listen.host': {
    kind: 'texts',
    default: ['localhost'],
    flag: 'host',
    help: {
      en: 'Addresses to listen on. "localhost" is this machine alone, "*" everywhere; both are IPv4 and IPv6.',
      zh: '监听地址。"localhost" 仅本机，"*" 为所有地址；两者均含 IPv4 与 IPv6。',
    },
  },
  'listen.port': {
    kind: 'port',
    default: 6969,
    flag: 'port',
    help: {
      en: 'The one port: native TCP, WebSocket, JSON lines and HTTP. 0 takes any free one.',
      zh: '唯一端口：原生 TCP、WebSocket、JSON 行与 HTTP。0 表示任意空闲端口。',
    },
  },
  'listen.unix': {
    kind: 'text',
    default: null,
    flag: 'unix',
    help: {
      en: 'Path of a unix socket that speaks the same protocols.',
      zh: '使用相同协议的 unix 套接字路径。',
    },
  },
  ...USUAL_PORT_SETTINGS,
  'listen.proxies': {
    kind: 'texts',
    default: [],
    help: {
      en: 'Proxies that put a PROXY protocol header before every connection: addresses, networks such as "10.0.0.0/8", or "unix".',
      zh: '会在每个连接前发送 PROXY 协议头的代理：地址、"10.0.0.0/8" 形式的网段或 "unix"。',
    },
  },
  'listen.tls.cert': {
    kind: 'text',
    default: null,
    canComeFromFile: true,
    isReloadable: true,
    help: {
      en: 'Certificate chain as PEM; usually given as cert_file. With it the port also speaks TLS.',
      zh: 'PEM 格式证书链，通常以 cert_file 指定。设置后端口同时支持 TLS。',
    },
  },
  'listen.tls.key': {
    kind: 'text',
    default: null,
    canComeFromFile: true,
    isSecret: true,
    isReloadable: true,
    help: {
      en: 'Private key of the certificate as PEM; usually given as key_file.',
      zh: '证书私钥（PEM），通常以 key_file 指定。',
    },
  },
  'data.folder': {
    kind: 'text',
    default: './skein-data',
    flag: 'data',
    help: { en: 'Folder that holds everything the server keeps.', zh: '服务器全部数据所在的文件夹。' },
  },
  'data.store': {
    kind: 'choice',
    choices: ['sqlite', 'memory'],
    default: 'sqlite',
    flag: 'store',
    help: {
      en: 'Where messages live. "memory" forgets everything when the server stops; for trials only.',
      zh: '消息存储方式。"memory" 在停止后丢失全部内容，仅供试用。',
    },
  },
  'server.name': {
    kind: 'text',
    default: 'Skein',
    help: { en: 'The name clients show for this server.', zh: '客户端显示的服务器名称。' },
  },
  'conversations.history': {
    kind: 'choice',
    choices: ['all', 'since_joining'],
    default: 'all',
    help: {
      en: 'What whoever enters a group may see of what was said before. Applies to those who enter from then on.',
      zh: '新成员可见的群历史："all" 全部，"since_joining" 仅加入之后；对此后加入者生效。',
    },
  },
  'accounts.registration': {
    kind: 'choice',
    choices: ['auto', 'open', 'invitation', 'closed'],
    default: 'auto',
    flag: 'registration',
    help: {
      en: 'Who may create an account. "auto" is open while only this machine can connect, else by invitation.',
      zh: '谁可以注册。"auto"：仅本机可连接时开放，否则需邀请。',
    },
  },
  'accounts.external_key': {
    kind: 'text',
    default: null,
    canComeFromFile: true,
    isSecret: true,
    help: {
      en: 'Key (32 bytes or more) with which your own backend signs who somebody is; usually given as external_key_file.',
      zh: '自有后端签发用户身份所用的密钥（至少 32 字节），通常以 external_key_file 指定。',
    },
  },
  development: {
    kind: 'boolean',
    default: false,
    flag: 'development',
    help: {
      en: 'Lets anyone sign in under any name without a password. Only on loopback addresses.',
      zh: '任何人无需密码即可用任意名字登录，仅限本机地址。',
    },
  },
  development_exposed: {
    kind: 'boolean',
    default: false,
    help: {
      en: 'Allows development on other addresses too: whoever reaches the port can be anyone.',
      zh: '允许在其他地址上启用开发模式：能访问端口的人可冒充任何人。',
    },
  },
  'testing.echo': {
    kind: 'boolean',
    default: false,
    help: {
      en: 'A WebSocket path that echoes and MQTT topics without sign-in, for outside test suites. Needs development; never in production.',
      zh: '供外部测试套件使用的 WebSocket 回显路径与免登录 MQTT 主题。需开发模式，生产环境禁用。',
    },
  },
  'topics.prefix': {
    kind: 'text',
    default: 'topics',
    help: {
      en: 'First level of the MQTT topics that everybody who signs in may publish and subscribe to.',
      zh: '所有登录用户均可发布和订阅的 MQTT 主题的第一级。',
    },
  },
  'web.folder': {
    kind: 'text',
    default: null,
    help: {
      en: 'Folder of the web page; without it the page built from apps/web is served.',
      zh: '网页所在文件夹；未设置时使用 apps/web 的构建结果。',
    },
  },
  'web.origins': {
    kind: 'texts',
    default: [],
    help: {
      en: 'Other origins whose pages may connect, such as "https://chat.example.com". Its own is always allowed.',
      zh: '允许连接的其他网页来源，例如 "https://chat.example.com"；自身来源始终允许。',
    },
  },
  'xmpp.domain': {
    kind: 'text',
    default: 'localhost',
    help: {
      en: 'The name of this server in XMPP addresses: people are "name@domain", groups "g7@groups.domain".',
      zh: 'XMPP 地址中的服务器名：用户为 "name@domain"，群组为 "g7@groups.domain"。',
    },
  },
  'metrics.public': {
    kind: 'boolean',
    default: false,
    help: {
      en: 'Whether /metrics answers others than this machine.',
      zh: '是否允许本机以外访问 /metrics。',
    },
  },
  'log.level': {
    kind: 'choice',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    isReloadable: true,
    help: {
      en: 'How much is logged, as JSON on standard error. Never the content of messages.',
      zh: '日志级别，以 JSON 写入标准错误。绝不包含消息内容。',
    },
  },
} as const satisfies Record<string, Setting>;

export type SettingKey = keyof typeof SETTINGS;

/** The settings above and one for every limit of the model, by their full key. */
export const ALL_SETTINGS: ReadonlyMap<string, Setting> = new Map<string, Setting>([
  ...Object.entries(SETTINGS),
  ...Object.entries(LIMITS).map(([name, value]): [string, Setting] => [
    limitKey(name),
    {
      kind: limitKind(name),
      default: value,
      help: {
        en: `A limit; packages/model/src/limits.ts gives its reason.`,
        zh: `限制值；理由见 packages/model/src/limits.ts。`,
      },
    },
  ]),
]);

/** `SKEIN__SECTION__KEY`, the environment's name of a setting. */
export function environmentName(key: string): string {
  return `SKEIN__${key.replaceAll('.', '__').toUpperCase()}`;
}

/** The long flag of a setting: its short name where it has one, else its key with dashes. */
export function flagName(key: string): string {
  return ALL_SETTINGS.get(key)?.flag ?? key.replaceAll(/[._]/g, '-');
}

/** [CF4] The key whose value a file holds, when this one names that file: `listen.tls.cert_file` is for `listen.tls.cert`; else null. */
export function keyOfFile(key: string): string | null {
  const base = key.endsWith(FILE_SUFFIX) ? key.slice(0, -FILE_SUFFIX.length) : '';
  return ALL_SETTINGS.get(base)?.canComeFromFile === true ? base : null;
}
