/**
 * The other half: create, connect, send and receive, close. Says one thing and shows what comes back.
 *
 * Run: node examples/raw-socket/echo-client.ts [--port 6969] [--say 你好]
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

/** The greeting and the echo. Errors: rejects when nobody listens there, or the server goes before it has answered. */
export async function say(port: number, text: string): Promise<{ greeting: string; echo: string }> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  // Lines, however the bytes arrive.
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const greeting = await lineOf(lines);
  socket.write(`${text}\n`);
  const echo = await lineOf(lines);
  socket.end();
  await once(socket, 'close');
  return { greeting, echo };
}

async function lineOf(lines: AsyncIterator<string>): Promise<string> {
  const { value, done } = await lines.next();
  if (done === true) throw new Error('the server closed the connection');
  return value;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '6969' }, say: { type: 'string', default: '你好' } },
  });
  const { greeting, echo } = await say(Number(values.port), values.say);
  console.log(greeting);
  console.log(echo);
}
