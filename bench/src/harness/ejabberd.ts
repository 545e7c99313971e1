import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from '@skein/needs';
import { Child } from './child.ts';
import { freePort } from './free-port.ts';
import type { PeerAccount, XmppPeerServer } from './prosody.ts';

// Debian's own script says where the server's libraries are; the folder's name depends on the machine's architecture.
const LIBRARIES = /^ERL_LIBS='([^']+)'/m;

/** Whether Debian's ejabberd is installed. */
export function hasEjabberd(): boolean {
  return pathOf('erl') !== null && pathOf('ejabberdctl') !== null;
}

/**
 * Another well-known XMPP server on a free port, with an archive and stream management, its data in a database of its own. It is
 * no node of anything, so no port mapper is started with it.
 */
export async function startEjabberd(accounts: readonly PeerAccount[]): Promise<XmppPeerServer> {
  const folder = mkdtempSync(join(tmpdir(), 'skein-ejabberd-'));
  const port = await freePort();
  const config = join(folder, 'ejabberd.yml');
  writeFileSync(config, configOf(port));
  const script = readFileSync(pathOf('ejabberdctl') ?? '', 'utf8');
  const child = await Child.start({
    role: 'server',
    command: pathOf('erl') ?? 'erl',
    args: [
      '+K',
      'true',
      '-noinput',
      '-mnesia',
      'dir',
      JSON.stringify(join(folder, 'data')),
      '-s',
      'ejabberd',
      '-eval',
      registrationOf(accounts),
    ],
    env: {
      HOME: folder,
      ERL_LIBS: LIBRARIES.exec(script)?.[1] ?? '',
      EJABBERD_CONFIG_PATH: config,
      EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
    },
    ready: /^accounts made$/,
  });
  return {
    pid: child.pid,
    port,
    stop: async () => {
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** In its own language: the accounts are made by the process itself once it has started. */
function registrationOf(accounts: readonly PeerAccount[]): string {
  const people = accounts.map(
    ({ user, password }) => `{<<${JSON.stringify(user)}>>, <<${JSON.stringify(password)}>>}`,
  );
  return `[ok = ejabberd_auth:try_register(U, <<"localhost">>, P) || {U, P} <- [${people.join(', ')}]], io:format("accounts made~n").`;
}

function configOf(port: number): string {
  return `
hosts: [localhost]
loglevel: error
listen:
  - port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    starttls: false
auth_method: internal
auth_password_format: plain
default_db: mnesia
modules:
  mod_roster: {}
  mod_disco: {}
  mod_ping: {}
  mod_carboncopy: {}
  mod_stream_mgmt: {}
  mod_mam:
    default: always
`;
}
