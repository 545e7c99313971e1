import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from '@skein/needs';
import { Child } from './child.ts';
import { accepts, freePort } from './free-port.ts';

/** Whether Debian's prosody is installed. */
export function hasProsody(): boolean {
  return pathOf('prosody') !== null;
}

export interface PeerAccount {
  readonly user: string;
  readonly password: string;
}

/** An XMPP server that is not ours, for as long as a measurement takes. */
export interface XmppPeerServer {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** A well-known XMPP server on a free port, with an archive and stream management, its data in files of its own. */
export async function startProsody(accounts: readonly PeerAccount[]): Promise<XmppPeerServer> {
  const folder = mkdtempSync(join(tmpdir(), 'skein-prosody-'));
  const port = await freePort();
  const data = join(folder, 'localhost', 'accounts');
  mkdirSync(data, { recursive: true });
  for (const { user, password } of accounts) {
    // As prosody names its files: what is no letter or digit is written as a percent code.
    const file = user.replaceAll('-', '%2d');
    writeFileSync(join(data, `${file}.dat`), `return { ["password"] = ${JSON.stringify(password)} };\n`);
  }
  const config = join(folder, 'prosody.cfg.lua');
  writeFileSync(config, configOf(folder, port));
  chmodSync(folder, 0o755);
  const child = await Child.start({
    role: 'server',
    command: pathOf('prosody') ?? 'prosody',
    args: ['-F', '--root', '--config', config],
  });
  await accepts(port);
  return {
    pid: child.pid,
    port,
    stop: async () => {
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configOf(folder: string, port: number): string {
  return `
run_as_root = true
data_path = ${JSON.stringify(folder)}
pidfile = ${JSON.stringify(join(folder, 'prosody.pid'))}
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
s2s_ports = { }
http_ports = { }
https_ports = { }
modules_enabled = { "saslauth", "disco", "roster", "carbons", "mam", "smacks", "ping" }
modules_disabled = { "s2s", "tls" }
allow_unencrypted_plain_auth = true
c2s_require_encryption = false
authentication = "internal_plain"
storage = "internal"
archive_expires_after = "1w"
log = { { levels = { min = "error" }, to = "console" } }
VirtualHost "localhost"
`;
}
