/**
 * What one XMPP message costs the server: 1:1, 200 bytes of text, stored (SQLite, fsync) before it counts as handled, with
 * stream management on both ends. CPU of the server process over messages delivered. Run: node bench/micro/xmpp-direct.ts
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PAIRS = 25;
const RUN_MS = 5_000;
const IN_FLIGHT = [1, 8];
const TEXT = 'x'.repeat(200);
const PASSWORD = 'a password for the bench';
const HEADER =
  "<?xml version='1.0'?><stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
const SM = "xmlns='urn:xmpp:sm:3'";
// Linux counts in hundredths of a second.
const TICK_US = 10_000;

const folder = mkdtempSync(join(tmpdir(), 'skein-xmpp-'));
const server = spawn(
  process.execPath,
  [
    '--max-semi-space-size=8',
    'packages/server/src/main.ts',
    'start',
    '--port',
    '0',
    '--data',
    folder,
    '--registration',
    'open',
  ],
  { stdio: ['ignore', 'pipe', 'pipe'] },
);
let log = '';
server.stderr.on('data', (bytes) => (log += String(bytes)));
server.stdout.on('data', (bytes) => (log += String(bytes)));
while (!/127\.0\.0\.1:(\d+)/.test(log)) await new Promise((resolve) => setTimeout(resolve, 20));
const port = Number(/127\.0\.0\.1:(\d+)/.exec(log)?.[1]);

class Client {
  readonly socket: Socket;
  heard = '';
  messages = 0;
  handled = 0;
  sent = 0;
  onMessages: () => void = () => undefined;

  constructor() {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.setEncoding('utf8');
    this.socket.on('data', (text: string) => (this.heard += text));
  }

  async until(pattern: string): Promise<void> {
    while (!this.heard.includes(pattern)) await new Promise((resolve) => setTimeout(resolve, 2));
    this.heard = '';
  }

  async arrive(user: string): Promise<void> {
    this.socket.write(HEADER);
    await this.until('</stream:features>');
    const plain = Buffer.from(`\0${user}\0${PASSWORD}`).toString('base64');
    this.socket.write(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`);
    await this.until('<success');
    this.socket.write(HEADER);
    await this.until('</stream:features>');
    this.socket.write(`<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`);
    await this.until('<jid>');
    this.socket.write(`<presence/><enable ${SM}/>`);
    await this.until('<enabled');
    this.socket.removeAllListeners('data');
    this.socket.on('data', (text: string) => this.count(text));
  }

  count(text: string): void {
    const found = text.match(/<\/message>/g)?.length ?? 0;
    this.messages += found;
    if (text.includes(`<r ${SM}/>`)) this.socket.write(`<a ${SM} h='${this.messages}'/>`);
    if (found > 0) this.onMessages();
  }

  send(to: string): void {
    const id = `${process.pid}-${to}-${this.sent++}`;
    this.socket.write(
      `<message to='${to}@localhost' type='chat' id='${id}'><body>${TEXT}</body></message><r ${SM}/>`,
    );
  }
}

async function register(user: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.end(`${JSON.stringify({ register: user, password: PASSWORD })}\n`);
  await new Promise((resolve) => socket.on('close', resolve).resume());
}

const clients: Client[] = [];
for (let index = 0; index < PAIRS * 2; index++) {
  await register(`person${index}`.replace(/\d+/, (digits) => `-${digits}`));
  const client = new Client();
  await client.arrive(`person-${index}`);
  clients.push(client);
}

const cpuUs = (): number => {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
};

for (const inFlight of IN_FLIGHT) {
  let isRunning = true;
  for (const [index, client] of clients.entries()) {
    const partner = clients[index ^ 1] as Client;
    // The partner's message came: the next one goes out.
    const before = partner.messages;
    let asked = before;
    partner.onMessages = () => {
      while (isRunning && asked - partner.messages < inFlight) {
        asked++;
        client.send(`person-${index ^ 1}`);
      }
    };
    partner.onMessages();
  }
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const [startUs, startMs] = [cpuUs(), performance.now()];
  const start = clients.reduce((sum, { messages }) => sum + messages, 0);
  await new Promise((resolve) => setTimeout(resolve, RUN_MS));
  const delivered = clients.reduce((sum, { messages }) => sum + messages, 0) - start;
  const usPerMessage = (cpuUs() - startUs) / delivered;
  const perSecond = delivered / ((performance.now() - startMs) / 1_000);
  isRunning = false;
  console.log(
    `${inFlight} in flight: ${usPerMessage.toFixed(0)} µs of CPU per message, ${perSecond.toFixed(0)} messages a second`,
  );
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}
for (const { socket } of clients) socket.destroy();
server.kill();
rmSync(folder, { recursive: true, force: true });
