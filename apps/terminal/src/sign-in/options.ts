import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** How the program was started. */
export interface Options {
  readonly url: string;
  /** Null: whoever signed in here last. */
  readonly user: string | null;
  readonly how: 'account' | 'register' | 'dev';
  readonly name: string | null;
  readonly invitation: string | null;
  /** Where this device remembers what it has seen and what it has not sent. */
  readonly folder: string;
  readonly isPlain: boolean;
}

export type Start =
  | { readonly type: 'chat'; readonly options: Options }
  | { readonly type: 'help'; readonly text: string }
  | { readonly type: 'wrong'; readonly text: string };

const URL_DEFAULT = 'tcp://127.0.0.1:6969';
const SCHEMES = new Set(['tcp:', 'tls:', 'ws:', 'wss:', 'http:', 'https:']);

const HELP = `Usage: skein-chat [options]

chat in a terminal

Options:
  -s, --url <url>         the server: tcp://, tls://, ws://, wss://, http:// or https://
                          (default: ${URL_DEFAULT})
  -u, --user <name>       who signs in (default: whoever signed in here last)
      --register          make this account first
      --name <name>       the name others see, when registering
      --invitation <code> when registering, where the server asks for one
      --dev               sign in without a password, on a server started for development
      --data <folder>     where this device remembers (default: the data folder of this user)
      --plain             lines instead of a screen: for screen readers, pipes and small machines
  -h, --help              show this

The password is asked for, or read from SKEIN_PASSWORD.
`;

/** Reads the command line; what is wrong with it is an answer, not an exception. */
export function parseOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Start {
  try {
    return read(args, environment);
  } catch (error) {
    return { type: 'wrong', text: `${error instanceof Error ? error.message : String(error)}\n` };
  }
}

function read(args: readonly string[], environment: NodeJS.ProcessEnv): Start {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string', short: 's', default: URL_DEFAULT },
      user: { type: 'string', short: 'u' },
      register: { type: 'boolean', default: false },
      name: { type: 'string' },
      invitation: { type: 'string' },
      dev: { type: 'boolean', default: false },
      data: { type: 'string' },
      plain: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { type: 'help', text: HELP };
  const { url, user = null, register, dev } = values;
  if (!isServer(url)) return wrong(`"${url}" is not the URL of a server, such as ${URL_DEFAULT}.`);
  if (register && dev) return wrong('Either --register or --dev.');
  if ((register || dev) && user === null) return wrong('Say who: --user NAME.');
  const options: Options = {
    url,
    user,
    how: register ? 'register' : dev ? 'dev' : 'account',
    name: values.name ?? null,
    invitation: values.invitation ?? null,
    folder: join(values.data ?? dataFolder(environment, process.platform), folderNameOf(url)),
    isPlain: values.plain,
  };
  return { type: 'chat', options };
}

/** Where programs of this system keep what belongs to a user. */
export function dataFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const home = homedir();
  if (platform === 'win32')
    return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'skein-chat');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'skein-chat');
  return join(environment['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'skein-chat');
}

/** One folder per server: the same name on two servers is two people. */
function folderNameOf(url: string): string {
  return new URL(url).host.replaceAll(/[^\w.-]/g, '_');
}

function isServer(url: string): boolean {
  return URL.canParse(url) && SCHEMES.has(new URL(url).protocol) && new URL(url).host !== '';
}

function wrong(text: string): Start {
  return { type: 'wrong', text: `${text}\n` };
}
