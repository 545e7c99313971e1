import {
  type DownFrameInit,
  encodeDown,
  encodeUp,
  HEARTBEAT,
  type HelloInit,
  type UpFrameInit,
} from '@skein/protocol';
import { describe, expect, it } from 'vitest';
import type { LinkEvents, Transport } from './engine/ports/transport.ts';
import { type Trace, traced, traceLine } from './trace.ts';

/** A link whose other end is the test. */
class OpenEnd implements Transport {
  readonly name = 'test';
  readonly sent: Uint8Array[] = [];
  events: LinkEvents | null = null;
  isClosed = false;

  open(events: LinkEvents) {
    this.events = events;
    return {
      send: (bytes: Uint8Array) => void this.sent.push(bytes.slice()),
      close: () => {
        this.isClosed = true;
      },
    };
  }
}

function opened(onTrace?: (trace: Trace) => void) {
  const far = new OpenEnd();
  const traces: Trace[] = [];
  const heard: string[] = [];
  const transport = traced(far, (trace) => {
    traces.push(trace);
    onTrace?.(trace);
  });
  const open = () =>
    transport.open({
      opened: () => heard.push('opened'),
      received: (bytes) => heard.push(`${bytes.length} bytes`),
      closed: (code, reason) => heard.push(`closed ${code} ${reason}`),
    });
  const told = () => traces.map(({ direction, json }) => `${direction} ${json}`);
  return { far, traces, heard, transport, open, told };
}

const up = (frame: UpFrameInit) => encodeUp(frame).slice();
const down = (frame: DownFrameInit) => encodeDown(frame).slice();

describe('a traced transport', () => {
  it('[TR1] tells every frame both ways, in order, with what it cost', () => {
    const { far, heard, transport, open, told, traces } = opened();
    expect(transport.name).toBe('test');
    const link = open();
    far.events?.opened();
    const send = up({ case: 'send', value: { conversation: 1, counter: 1, text: '你好' } });
    link.send(send);
    link.send(HEARTBEAT);
    const ack = down({ case: 'ack', value: { conversation: 1, counter: 1, seq: 7, timeMs: 5, ordinal: 3 } });
    const pong = down({ case: 'pong', value: { id: 2 } });
    const bytes = Uint8Array.of(...ack, 0, ...pong);
    // Cut in the middle of a frame.
    for (const part of [bytes.slice(0, 3), bytes.slice(3)]) far.events?.received(part);
    far.events?.closed(4000, 'restart');
    expect(told()).toEqual([
      'link {"opened":{}}',
      'up {"send":{"conversation":1,"counter":1,"text":"你好"}}',
      'up {"heartbeat":{}}',
      'down {"ack":{"conversation":1,"counter":1,"seq":7,"timeMs":5,"ordinal":3}}',
      'down {"heartbeat":{}}',
      'down {"pong":{"id":2}}',
      'link {"closed":{"code":4000,"reason":"restart"}}',
    ]);
    expect(traces.map((trace) => trace.bytes)).toEqual([0, send.length, 1, ack.length, 1, pong.length, 0]);
    expect(far.sent).toEqual([send, HEARTBEAT]);
    expect(heard).toEqual(['opened', '3 bytes', `${bytes.length - 3} bytes`, 'closed 4000 restart']);
    link.close();
    expect([far.isClosed, told().at(-1)]).toEqual([true, 'link {"left":{}}']);
  });

  it('[TR1] numbers the links, and prints a line', () => {
    const { open, traces } = opened();
    open().send(HEARTBEAT);
    open().send(HEARTBEAT);
    expect(traces.map(traceLine)).toEqual(['1 ↑      1 {"heartbeat":{}}', '2 ↑      1 {"heartbeat":{}}']);
  });

  it('[TR1] knows the size of long frames too', () => {
    const { open, traces } = opened();
    const bytes = up({ case: 'send', value: { conversation: 1, counter: 1, text: 'x'.repeat(20_000) } });
    open().send(bytes);
    expect(traces[0]?.bytes).toBe(bytes.length);
  });

  const SECRET = 'hunter2-hunter2';
  const auths: NonNullable<HelloInit['auth']>[] = [
    { case: 'accessToken', value: SECRET },
    { case: 'refreshToken', value: SECRET },
    { case: 'password', value: { user: 'ana', password: SECRET } },
    { case: 'registration', value: { user: 'ana', password: SECRET, name: 'Ana', invitation: SECRET } },
  ];
  const ups: UpFrameInit[] = [
    ...auths.map((auth): UpFrameInit => ({ case: 'hello', value: { version: 1, app: 'ana', auth } })),
    { case: 'request', value: { id: 1, ask: { case: 'refreshSession', value: { refreshToken: SECRET } } } },
    {
      case: 'request',
      value: { id: 1, ask: { case: 'changePassword', value: { oldPassword: SECRET, newPassword: SECRET } } },
    },
  ];
  const tokens = { accessToken: SECRET, accessExpiresMs: 1, refreshToken: SECRET, refreshExpiresMs: 2 };
  const downs: DownFrameInit[] = [
    { case: 'welcome', value: { version: 1, tokens } },
    { case: 'response', value: { id: 1, answer: { case: 'tokens', value: tokens } } },
    {
      case: 'response',
      value: { id: 1, answer: { case: 'invitation', value: { code: SECRET, expiresMs: 3 } } },
    },
  ];

  it('[TR2] tells nothing that signs somebody in', () => {
    const { far, open, told } = opened();
    const link = open();
    for (const frame of ups) link.send(up(frame));
    for (const frame of downs) far.events?.received(down(frame));
    expect(told()).toHaveLength(ups.length + downs.length);
    expect(told().filter((line) => line.includes(SECRET))).toEqual([]);
    expect(told().filter((line) => !line.includes('…'))).toEqual([]);
    expect(told()[2]).toBe('up {"hello":{"version":1,"app":"ana","password":{"user":"ana","password":"…"}}}');
    expect(told().at(-1)).toBe('down {"response":{"id":1,"invitation":{"code":"…","expiresMs":3}}}');
  });

  it('[TR3] is not disturbed by what it cannot read, and disturbs nobody', () => {
    const { far, heard, open, told } = opened(() => {
      throw new Error('a sink that fails');
    });
    const link = open();
    far.events?.received(Uint8Array.of(2, 99, 0));
    far.events?.received(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff));
    far.events?.received(Uint8Array.of(0));
    link.send(HEARTBEAT);
    expect(told()[0]).toBe('down {"unknown":{"frame":99}}');
    expect(told()[1]).toMatch(/^down {"unreadable":{"why":".+"}}$/);
    expect(told().slice(2)).toEqual(['up {"heartbeat":{}}']);
    expect(heard).toEqual(['3 bytes', '5 bytes', '1 bytes']);
  });
});
