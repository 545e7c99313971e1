import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { messageOf } from './websocket-message.ts';

interface Framer {
  frame(data: Buffer, options: object): Buffer[];
}

describe('the header of a WebSocket message', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 100_000])(
    '[GW13] of %i bytes is what the library writes',
    (length) => {
      const payload = Buffer.alloc(length, 7);
      const options = { fin: true, rsv1: false, opcode: 2, mask: false, readOnly: true };
      const expected = Buffer.concat((ws as unknown as { Sender: Framer }).Sender.frame(payload, options));
      expect(Buffer.from(messageOf(0x82, payload)).equals(expected)).toBe(true);
    },
  );
});
