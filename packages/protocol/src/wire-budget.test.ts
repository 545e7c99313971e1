import { describe, expect, it } from 'vitest';
import { contentOfText } from './content.ts';
import { encodeDown, encodeUp, HEARTBEAT, NATIVE_PREFACE } from './frame-codec.ts';
import { encodePush } from './push.ts';

const TEXT = '你好';
const TEXT_BYTES = 6;

describe('the wire budget', () => {
  it.each([
    ['a young server', 130, 130, 2_000],
    ['a grown one, after a minute of silence', 16_383, 16_383, 60_000],
  ])(
    '[WB1] a live group message costs at most 12 bytes beside its text: %s',
    (_what, conversation, sender, timeDeltaMs) => {
      const body = contentOfText(TEXT);
      const bytes = encodePush({ conversation, sender, timeDeltaMs, kind: 1, target: 0, body });
      expect(bytes.length - TEXT_BYTES).toBeLessThanOrEqual(12);
    },
  );

  it('[WB1] an ack of it costs at most 21 bytes, the send itself at most 10 beside the text', () => {
    const ack = encodeDown({
      case: 'ack',
      value: { conversation: 130, counter: 900, seq: 5_000, timeMs: 1_767_225_600_000, ordinal: 4_900 },
    });
    expect(ack.length).toBeLessThanOrEqual(21);
    const send = encodeUp({ case: 'send', value: { conversation: 130, counter: 900, text: TEXT } });
    expect(send.length - TEXT_BYTES).toBeLessThanOrEqual(10);
  });

  it('[FR2] a heartbeat costs one byte', () => {
    expect(HEARTBEAT).toEqual(Uint8Array.of(0));
  });

  it('[FR8] a connection over TCP costs four bytes', () => {
    expect(String.fromCharCode(...NATIVE_PREFACE)).toBe('SKN1');
  });
});
