import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ByteSocket } from '../byte-socket.ts';
import type { Account } from './xmpp-peer.ts';

const READY_MS_MAX = 20_000;
const LOOK_AGAIN_MS = 100;

export interface ProsodyOptions {
  /** The program. */
  readonly command: string;
  /** For its configuration and data; the caller's to remove. */
  readonly folder: string;
  readonly accounts: readonly Account[];
}

/** A prosody of a test's own, with everything that the list asks about. */
export class ProsodyProcess implements AsyncDisposable {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
  }

  /** Errors: rejects when nobody listens after {@link READY_MS_MAX}. */
  static async start({ command, folder, accounts }: ProsodyOptions): Promise<ProsodyProcess> {
    const port = await freePort();
    const accountFolder = join(folder, 'data', 'localhost', 'accounts');
    mkdirSync(accountFolder, { recursive: true });
    for (const { user, password } of accounts) {
      writeFileSync(join(accountFolder, `${user}.dat`), `return { ["password"] = "${password}"; };\n`);
    }
    const config = join(folder, 'prosody.cfg.lua');
    writeFileSync(config, configFor(folder, port));
    const child = spawn(command, ['-F', '--config', config], {
      cwd: folder,
      stdio: 'ignore',
    });
    const prosody = new ProsodyProcess(port, child);
    await prosody.#ready();
    return prosody;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = new Promise((resolve) => {
      this.#child.once('exit', resolve);
    });
    this.#child.kill('SIGKILL');
    await exited;
  }

  async #ready(): Promise<void> {
    const deadline = performance.now() + READY_MS_MAX;
    for (;;) {
      try {
        using _ = await ByteSocket.open({ host: '127.0.0.1', port: this.port });
        return;
      } catch (error) {
        if (performance.now() > deadline || this.#child.exitCode !== null) throw error;
        await sleep(LOOK_AGAIN_MS);
      }
    }
  }
}

function configFor(folder: string, port: number): string {
  // A test may run as root, and the folder is removed after it.
  return `
daemonize = false
run_as_root = true
pidfile = "${join(folder, 'prosody.pid')}"
data_path = "${join(folder, 'data')}"
c2s_interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
s2s_ports = {}
http_ports = {}
https_ports = {}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
storage = "internal"
modules_enabled = {
  "roster", "saslauth", "disco", "version", "time", "ping", "pep", "mam", "smacks", "carbons", "csi_simple", "blocklist", "vcard_legacy"
}
modules_disabled = { "s2s", "tls" }
log = { { levels = { min = "error" }, to = "file", filename = "${join(folder, 'prosody.log')}" } }
VirtualHost "localhost"
Component "groups.localhost" "muc"
  modules_enabled = { "muc_mam" }
`;
}

/** Prosody takes no 0; whoever takes this port in between fails the test. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
