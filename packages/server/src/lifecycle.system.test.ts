import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLOSE_CODE } from '@skein/protocol';
import { describe, expect, it } from 'vitest';
import { JsonPeer } from './testing/json-peer.ts';
import { SkeinProcess, temporaryFolder } from './testing/server-process.ts';

const ARGS = ['--port', '0', '--development'];

describe('the end of a server', () => {
  it('[OP3] comes in order after SIGTERM: clients are told to come back, exit code 0, within 10 s', async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: ARGS });
    const { url } = await server.ready();
    const peers = await Promise.all(['rosalind', 'celia', 'orlando'].map((name) => signIn(url, name)));
    const startedAtMs = performance.now();
    server.kill('SIGTERM');
    expect(await Promise.all(peers.map((peer) => peer.closed))).toEqual(
      peers.map(() => CLOSE_CODE.serverRestart),
    );
    const { code } = await server.exited;
    const tookMs = performance.now() - startedAtMs;
    console.log(`SIGTERM to exit with 3 clients: ${tookMs.toFixed(0)} ms`);
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(10_000);
  });

  it('[OP2, OP3] is announced by /readyz, and the second signal does not wait', async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: ARGS });
    const { url, port } = await server.ready();
    // Does not end its half of the connection, so that the drain takes a while.
    const lingerer = await openHalf(port);
    server.kill('SIGTERM');
    await server.logged('"msg":"stopping"');
    const { status } = await fetch(`${url}/readyz`);
    expect(status).toBe(503);
    const startedAtMs = performance.now();
    server.kill('SIGTERM');
    const { code } = await server.exited;
    expect(code).toBe(128 + 15);
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    lingerer.destroy();
  });

  it('[OP3] does not wait for a peer that never ends its half of the connection', async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: ARGS });
    const { port } = await server.ready();
    const lingerer = await openHalf(port);
    const startedAtMs = performance.now();
    server.kill('SIGINT');
    expect((await server.exited).code).toBe(0);
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
    lingerer.destroy();
  });

  it('[OP4] after a bug that nobody caught is logged, and comes with code 1 and the data in order', async () => {
    using folder = temporaryFolder();
    const planted = 'process.on("SIGUSR2", () => { Promise.reject(new Error("planted bug")); })';
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(planted)}` };
    await using server = new SkeinProcess({ folder: folder.path, args: ARGS, env });
    const { url } = await server.ready();
    using peer = await signIn(url, 'jaques');
    server.kill('SIGUSR2');
    const { code, stderr } = await server.exited;
    expect(code).toBe(1);
    expect(stderr).toContain('planted bug');
    expect(await peer.closed).toBe(CLOSE_CODE.serverRestart);
  });

  it('[OP9] by a kill leaves everything that was acknowledged', async () => {
    using folder = temporaryFolder();
    const text = '世界是一座舞台';
    const acked = await sendAndKill(folder.path, text);
    await using server = new SkeinProcess({ folder: folder.path, args: ARGS });
    const { url } = await server.ready();
    using peer = await signIn(url, 'celia');
    peer.send({ case: 'sync', value: { conversations: 10, entriesEach: 10 } });
    const result = await peer.next('syncResult');
    if (typeof result === 'number') throw new Error(`closed with ${result}`);
    const conversation = result.changed.find(({ head }) => head >= acked);
    const bodies = (conversation?.entries ?? []).map(({ body }) => Buffer.from(body).toString());
    expect(bodies.filter((body) => body.includes(text))).toHaveLength(1);
  });

  it('takes a new log level on SIGHUP without a restart', async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: ARGS });
    await server.ready();
    server.kill('SIGHUP');
    await server.logged('"msg":"configuration read again"');
  });
});

/** Sends one message to Celia; the server is killed the moment the Ack is here. Returns the acknowledged seq. */
async function sendAndKill(folder: string, text: string): Promise<number> {
  await using server = new SkeinProcess({ folder, args: ARGS });
  const { url } = await server.ready();
  using celia = await signIn(url, 'celia');
  using rosalind = await signIn(url, 'rosalind');
  rosalind.send({
    case: 'request',
    value: { id: 1, ask: { case: 'createDirect', value: { user: 'celia' } } },
  });
  const created = await rosalind.next('response');
  if (typeof created === 'number' || created.answer?.case !== 'conversation')
    throw new Error('no conversation');
  const { conversation } = created.answer.value;
  rosalind.send({ case: 'send', value: { conversation, counter: 1, text } });
  const ack = await rosalind.next('ack');
  server.kill('SIGKILL');
  await server.exited;
  expect(typeof celia.welcome).toBe('object');
  if (typeof ack === 'number') throw new Error(`closed with ${ack}`);
  return ack.seq;
}

async function signIn(url: string, name: string): Promise<JsonPeer & { welcome: unknown }> {
  const peer = await JsonPeer.signIn(url, { case: 'dev', value: name });
  expect(peer.welcome).toMatchObject({ me: { id: name } });
  return peer;
}

/** A JSON-lines connection that never closes its own side. */
async function openHalf(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write('{}\n');
  await sleep(200);
  return socket;
}
