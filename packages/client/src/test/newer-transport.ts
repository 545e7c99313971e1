import { decodeDown, decodeUp, encodeDown, encodeUp, FrameSplitter } from '@skein/protocol';
import type { Link, LinkEvents, Transport } from '../engine/ports/transport.ts';

const FRAME_BYTES_MAX = 4_194_304;
/** Field 1000 of every message: a text that nobody here knows. */
const UNKNOWN_FIELD = Uint8Array.of(0xc2, 0x3e, 3, 0x6e, 0x65, 0x77);
/** A frame of number 100, with four bytes in it. */
const UNKNOWN_FRAME = Uint8Array.of(5, 100, 1, 2, 3, 4);

/**
 * A wire between versions: to either side the other one looks newer. Every message that passes, and every message within it,
 * has a field that its reader does not know, and after every frame but the first comes one of an unknown number.
 */
export class NewerTransport implements Transport {
  readonly name: string;
  readonly #inner: Transport;
  /** Frames that were changed, both ways. */
  changed = { up: 0, down: 0 };

  constructor(inner: Transport) {
    this.#inner = inner;
    this.name = inner.name;
  }

  open(events: LinkEvents): Link {
    const down = new FrameSplitter(
      FRAME_BYTES_MAX,
      (bytes, from, to) => {
        const frame = decodeDown(bytes, from, to);
        if (frame === undefined) return;
        this.changed.down++;
        events.received(encodeDown(newer(frame)));
        events.received(UNKNOWN_FRAME);
      },
      () => events.received(Uint8Array.of(0)),
    );
    const link = this.#inner.open({
      ...events,
      opened: () => events.opened(),
      received: (bytes) => down.push(bytes),
      closed: (...of) => events.closed(...of),
    });
    let isGreeted = false;
    const up = new FrameSplitter(
      FRAME_BYTES_MAX,
      (bytes, from, to) => {
        const frame = decodeUp(bytes, from, to);
        if (frame === undefined) return;
        this.changed.up++;
        link.send(encodeUp(newer(frame)).slice());
        if (isGreeted) link.send(UNKNOWN_FRAME);
        isGreeted = true;
      },
      () => link.send(Uint8Array.of(0)),
    );
    return { send: (bytes) => up.push(bytes.slice()), close: () => link.close() };
  }
}

/** The same with an unknown field in every message of it. */
function newer<T>(value: T): T {
  if (Array.isArray(value)) return value.map(newer) as T;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, newer(each)]);
  const changed = Object.fromEntries(entries) as Record<string, unknown>;
  return ('unknown' in value ? { ...changed, unknown: UNKNOWN_FIELD } : changed) as T;
}
