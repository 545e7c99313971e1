import { CLOSE_CODE, type DownFrame, encodeUp, HEARTBEAT, type UpFrameInit } from '@skein/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlushList } from '../session/flush-list.ts';
import { FakeCore } from '../testing/fake-core.ts';
import { framesIn, HELLO, joined } from '../testing/frames.ts';
import { MemoryLink } from '../testing/memory-link.ts';
import { NativeSession } from './native-session.ts';

const PEER = { gateway: 'tcp', address: '127.0.0.1', isLoopback: true, isSecure: false };
const TALK: readonly UpFrameInit[] = [
  HELLO,
  { case: 'send', value: { conversation: 1, counter: 1, text: '你好 🪿' } },
  { case: 'read', value: { conversation: 1, seq: 1 } },
  { case: 'probe', value: { id: 7 } },
];
const TALK_BYTES = joined(...TALK.map(encodeUp), HEARTBEAT);

describe('a native session', () => {
  it.each(Array.from({ length: TALK_BYTES.length - 1 }, (_, index) => index + 1))(
    '[GW6] reads the same frames when the bytes are split after %i',
    (at) => {
      const { session, core } = open();
      session.receive(TALK_BYTES.slice(0, at));
      session.receive(TALK_BYTES.slice(at));
      expect(core.received.map((frame) => frame.case)).toEqual(TALK.map((frame) => frame.case));
      expect(core.last.heartbeats).toBe(1);
      expect(core.last.violations).toEqual([]);
    },
  );

  it('[GW6] reads the same frames one byte at a time', () => {
    const { session, core } = open();
    for (const byte of TALK_BYTES) session.receive(Uint8Array.of(byte));
    expect(core.received.map((frame) => frame.case)).toEqual(TALK.map((frame) => frame.case));
  });

  it('[GW6] takes frames of a newer version as a sign of life', () => {
    const { session, core } = open();
    session.receive(Uint8Array.of(2, 99, 0));
    expect(core.received).toEqual([]);
    expect(core.last.heartbeats).toBe(1);
    expect(session.isOpen).toBe(true);
  });

  it('[GW7] ends with a Close frame that says what was wrong', () => {
    const { session, core, link } = open();
    session.receive(Uint8Array.of(2, 1, 0xff));
    expect(core.last.violations).toEqual(['protocolViolation']);
    expect(heard(link).at(-1)).toMatchObject({
      case: 'close',
      value: { code: CLOSE_CODE.protocolViolation, reason: expect.stringContaining('truncated') },
    });
    expect(link.ending?.code).toBe(CLOSE_CODE.protocolViolation);
  });

  it('[GW7] reads nothing more after the end', () => {
    const { session, core } = open();
    session.receive(joined(encodeUp(HELLO), encodeUp({ case: 'goodbye', value: {} }), encodeUp(TALK[1]!)));
    expect(core.received.map((frame) => frame.case)).toEqual(['hello', 'goodbye']);
    session.receive(encodeUp(TALK[1]!));
    expect(core.received).toHaveLength(2);
  });

  it('[GW8] gives a stranger bytesBeforeSignInMax in all, frames and heartbeats together', () => {
    const { session, core } = open({ bytesBeforeSignInMax: 100 });
    for (let sent = 0; sent < 100; sent++) session.receive(HEARTBEAT);
    expect(core.last.violations).toEqual([]);
    session.receive(HEARTBEAT);
    expect(core.last.violations).toEqual(['frameTooLarge']);
  });

  it('[GW8] refuses a frame of a stranger by its length alone', () => {
    const { session, core } = open({ bytesBeforeSignInMax: 100 });
    session.receive(Uint8Array.of(0xff, 0x7f));
    expect(core.last.violations).toEqual(['frameTooLarge']);
  });

  it('[GW8] gives who has signed in frames up to frameBytesMax, and not one byte more', () => {
    const { session, core } = open({ bytesBeforeSignInMax: 200, frameBytesMax: 400 });
    session.receive(encodeUp(HELLO));
    for (let count = 0; count < 10; count++) session.receive(textOf(300));
    expect(core.received).toHaveLength(11);
    session.receive(textOf(400));
    expect(core.last.violations).toEqual(['frameTooLarge']);
  });

  it('[GW9] answers the one-byte heartbeat with one byte', () => {
    const { session, core, link, flush } = open();
    session.receive(HEARTBEAT);
    flush();
    expect(link.bytes).toEqual(Buffer.from(HEARTBEAT));
    expect(core.last.heartbeats).toBe(1);
  });

  it('[GW10] writes what one turn said at once, and a single frame without copying it', () => {
    const { session, core, link, flush } = open();
    session.receive(encodeUp(HELLO));
    flush();
    link.written.length = 0;
    core.publish({ conversation: 1, text: 'a', content: new Uint8Array(0) }, null);
    flush();
    core.last.outbound.send({ case: 'pong', value: { id: 1 } });
    core.last.outbound.send({ case: 'pong', value: { id: 2 } });
    expect(link.written).toHaveLength(1);
    flush();
    expect(link.written).toHaveLength(2);
    expect(framesIn(link.written[1]!)).toHaveLength(2);
  });

  it('[GW10] encodes a live entry once for all connections of an encoding', () => {
    const core = new FakeCore();
    const links = Array.from({ length: 3 }, () => {
      const { session, link, flush } = open({}, core);
      session.receive(encodeUp(HELLO));
      flush();
      link.written.length = 0;
      return { link, flush };
    });
    core.publish({ conversation: 1, text: '你好', content: new Uint8Array(0) }, null);
    for (const { flush } of links) flush();
    const [first, ...others] = links.map(({ link }) => link.written[0]);
    expect(first).toBeDefined();
    for (const other of others) expect(other).toBe(first);
  });

  it('[GW11] stops reading while more than outboundPauseBytes wait, and goes on when they have left', () => {
    const { session, core, link, flush } = open({ outboundPauseBytes: 1_000 });
    session.receive(encodeUp(HELLO));
    session.receive(historyOf(900));
    flush();
    expect(link.isPaused).toBe(false);
    session.receive(historyOf(900));
    expect(link.isPaused).toBe(true);
    flush();
    expect(link.isPaused).toBe(true);
    link.queuedBytes = 0;
    session.drained();
    expect(link.isPaused).toBe(false);
    expect(core.last.drains).toBe(1);
  });

  it('[GW11] goes on at once when the network took everything at once', () => {
    const { session, core, link, flush } = open({ outboundPauseBytes: 1_000, outboundBytesMax: 1_000 });
    link.write = (bytes) => link.written.push(bytes);
    session.receive(encodeUp(HELLO));
    session.receive(historyOf(2_000));
    expect(link.isPaused).toBe(true);
    flush();
    expect(link.isPaused).toBe(false);
    expect(core.last.drains).toBe(1);
  });

  it('[GW11] hoards no heartbeats for a peer that does not read', () => {
    const { session, link, flush } = open({ outboundPauseBytes: 100 });
    session.receive(encodeUp(HELLO));
    session.receive(historyOf(200));
    flush();
    const queued = session.queuedBytes();
    for (let count = 0; count < 1_000; count++) session.receive(HEARTBEAT);
    flush();
    expect(session.queuedBytes()).toBe(queued);
    expect(link.isPaused).toBe(true);
  });

  it('[GW12] ends one connection when serving it meets a bug, and reports it', () => {
    const { session, core, link, bugs } = open();
    core.last.handle = () => {
      throw new TypeError('a bug');
    };
    session.receive(encodeUp(HELLO));
    expect(bugs).toEqual([new TypeError('a bug')]);
    expect(link.ending?.code).toBe(CLOSE_CODE.internal);
    expect(core.last.violations).toEqual([]);
  });

  it('[GW12] tells the core once that the connection is gone, and drops what is said to it later', () => {
    const { session, core, link, flush } = open();
    session.ended();
    session.ended();
    core.last.outbound.send({ case: 'pong', value: { id: 1 } });
    core.last.outbound.close('idle');
    flush();
    expect(core.last.isClosed).toBe(true);
    expect(link.written).toEqual([]);
    expect(link.ending).toBe(null);
  });

  it('[GW12] survives any bytes, before and after sign-in', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
    fc.assert(
      fc.property(chunks, fc.boolean(), (bytes, isSignedIn) => {
        const { session, core, bugs } = open();
        if (isSignedIn) session.receive(encodeUp(HELLO));
        for (const chunk of bytes) session.receive(chunk);
        session.ended();
        expect(bugs).toEqual([]);
        expect(core.last.isClosed).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('[GW12] survives a flipped bit anywhere in a talk', () => {
    for (let bit = 0; bit < TALK_BYTES.length * 8; bit++) {
      const { session, bugs } = open();
      const bytes = Uint8Array.from(TALK_BYTES);
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      session.receive(bytes);
      expect(bugs).toEqual([]);
    }
  });
});

function open(limits: ConstructorParameters<typeof FakeCore>[0] = {}, core = new FakeCore(limits)) {
  const bugs: unknown[] = [];
  const link = new MemoryLink();
  let deferred: (() => void)[] = [];
  const flushes = new FlushList((flushAll) => deferred.push(flushAll));
  const flush = (): void => {
    const due = deferred;
    deferred = [];
    for (const run of due) run();
  };
  const session = new NativeSession({ core, flushes, report: (error) => bugs.push(error) }, PEER, link);
  return { session, core, link, bugs, flush };
}

function heard(link: MemoryLink): DownFrame[] {
  return framesIn(link.bytes);
}

function textOf(length: number): Uint8Array {
  return encodeUp({ case: 'send', value: { conversation: 1, counter: 1, text: 'x'.repeat(length) } });
}

function historyOf(limit: number): Uint8Array {
  return encodeUp({
    case: 'request',
    value: { id: 1, ask: { case: 'history', value: { conversation: 1, limit } } },
  });
}
