/**
 * What goes over the wire, readable: an entry of its own, so that no application carries the JSON encoding that does not ask
 * for it. Message content is shown; whatever signs somebody in is not.
 */
import { decodeDown, decodeUp, FrameSplitter, HEARTBEAT, ProtocolError } from '@skein/protocol';
import { downToJson, upToJson } from '@skein/protocol/json';
import type { Link, LinkEvents, Transport } from './engine/ports/transport.ts';

export type { Transport } from './engine/ports/transport.ts';
export { WebSocketTransport } from './platform/websocket-transport.ts';

export interface Trace {
  /** Counts the attempts of this transport, from 1. */
  readonly link: number;
  /** From the client, from the server, or what became of the link itself. */
  readonly direction: 'up' | 'down' | 'link';
  /** On the wire, with the length before the frame; 0 for the link itself. */
  readonly bytes: number;
  /** One object with one property, the frame's name: `{"ack":{"conversation":1,"counter":1,"seq":7}}`. */
  readonly json: string;
}

export type TraceSink = (trace: Trace) => void;

/** As the server's frames may be, and more. */
const FRAME_BYTES_MAX = 4_194_304;
const LENGTH_STEP = 0x80;
const REDACTED = '…';
const SECRETS = new Set([
  'accessToken',
  'refreshToken',
  'password',
  'oldPassword',
  'newPassword',
  // The word of somebody who registers, and the code of one that was made.
  'invitation',
]);
const ARROWS = { up: '↑', down: '↓', link: '·' } as const;

/**
 * The same transport, with every frame told to `sink` in the order of the wire. Rules TR1–TR3.
 *
 * @example
 * traced(new WebSocketTransport(url), (trace) => console.log(traceLine(trace)))
 */
export function traced(transport: Transport, sink: TraceSink): Transport {
  let links = 0;
  return {
    name: transport.name,
    open: (events) => openTraced(transport, events, tellerOf(++links, sink)),
  };
}

/** `↑    23 {"send":{"conversation":1,"counter":1,"text":"你好"}}`, after the number of the link. */
export function traceLine({ link, direction, bytes, json }: Trace): string {
  return `${link} ${ARROWS[direction]} ${String(bytes).padStart(6)} ${json}`;
}

type Tell = (direction: Trace['direction'], bytes: number, json: string) => void;

function tellerOf(link: number, sink: TraceSink): Tell {
  return (direction, bytes, json) => {
    try {
      sink({ link, direction, bytes, json });
    } catch {
      // [TR3] Looking on changes nothing.
    }
  };
}

function openTraced(transport: Transport, events: LinkEvents, tell: Tell): Link {
  const up = readerOf('up', tell, (bytes, from, to) => {
    const frame = decodeUp(bytes, from, to);
    return frame === undefined ? null : upToJson(frame);
  });
  const down = readerOf('down', tell, (bytes, from, to) => {
    const frame = decodeDown(bytes, from, to);
    return frame === undefined ? null : downToJson(frame);
  });
  const link = transport.open({
    opened() {
      tell('link', 0, '{"opened":{}}');
      events.opened();
    },
    received(bytes) {
      // Over WebSocket the heartbeat is a message without bytes.
      down(bytes.length === 0 ? HEARTBEAT : bytes);
      events.received(bytes);
    },
    closed(code, reason) {
      tell('link', 0, JSON.stringify({ closed: { code, reason } }));
      events.closed(code, reason);
    },
  });
  return {
    send(bytes) {
      up(bytes);
      link.send(bytes);
    },
    close() {
      tell('link', 0, '{"left":{}}');
      link.close();
    },
  };
}

/** Reads one direction of one link; after bytes that are no frames it says so once and is silent. */
function readerOf(
  direction: 'up' | 'down',
  tell: Tell,
  toJson: (bytes: Uint8Array, from: number, to: number) => string | null,
): (bytes: Uint8Array) => void {
  let isReadable = true;
  const splitter = new FrameSplitter(
    FRAME_BYTES_MAX,
    (bytes, from, to) => {
      const json = toJson(bytes, from, to) ?? JSON.stringify({ unknown: { frame: bytes[from] } });
      tell(direction, wireBytes(to - from), redacted(json));
    },
    () => tell(direction, 1, '{"heartbeat":{}}'),
  );
  return (bytes) => {
    if (!isReadable) return;
    try {
      splitter.push(bytes);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      isReadable = false;
      tell(direction, bytes.length, JSON.stringify({ unreadable: { why: error.message } }));
    }
  };
}

/** A frame with the varint of its length. */
function wireBytes(length: number): number {
  let width = 1;
  for (let rest = length; rest >= LENGTH_STEP; rest /= LENGTH_STEP) width++;
  return length + width;
}

/** [TR2] By the names of the schema's fields, which are secrets wherever they stand. */
function redacted(json: string): string {
  return JSON.stringify(JSON.parse(json), (key, value: unknown) => {
    if (!SECRETS.has(key)) return value;
    if (typeof value === 'string') return REDACTED;
    // An invitation that was made: its code alone is the secret.
    return key === 'invitation' ? { ...(value as object), code: REDACTED } : value;
  });
}
