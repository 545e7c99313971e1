import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@skein/testkit';
import { freePort, ServerProcess } from '../server-process.ts';

export interface OwnServer extends AsyncDisposable {
  readonly server: ServerProcess;
  readonly port: number;
}

/** A real server of a test's own: free port, new data folder, both gone at the end. */
export async function openServer(
  settings: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'skein-hostile-'));
  const port = await freePort(new SeededRandom(process.pid * 1_000 + Math.floor(performance.now())));
  const server = new ServerProcess({ folder, port, settings, nodeOptions });
  await server.start();
  return {
    server,
    port,
    [Symbol.asyncDispose]: async () => {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
