import { connect } from 'node:net';
import { NATIVE_PREFACE, SUBPROTOCOL } from '@skein/protocol';

export type WireKind = 'tcp' | 'websocket';

/** One open line to the server. */
export interface Wire {
  write(bytes: Uint8Array): void;
  /** Cuts the line without a word. */
  destroy(): void;
}

export interface WireEvents {
  opened(): void;
  data(bytes: Uint8Array): void;
  /** Once, however the line ended or failed to begin; the code is WebSocket's, or 0. */
  closed(code: number): void;
}

const HOST = '127.0.0.1';

export function openWire(kind: WireKind, port: number, events: WireEvents): Wire {
  return kind === 'tcp' ? openTcp(port, events) : openWebSocket(port, events);
}

function openTcp(port: number, events: WireEvents): Wire {
  const socket = connect({ port, host: HOST, noDelay: true });
  socket.on('connect', () => {
    socket.write(NATIVE_PREFACE);
    events.opened();
  });
  socket.on('data', (bytes) => events.data(bytes));
  socket.on('error', () => {}); // 'close' follows and is enough
  socket.on('close', () => events.closed(0));
  return {
    write: (bytes) => void socket.write(Uint8Array.from(bytes)),
    destroy: () => void socket.destroy(),
  };
}

function openWebSocket(port: number, events: WireEvents): Wire {
  const socket = new WebSocket(`ws://${HOST}:${port}/ws`, SUBPROTOCOL.protobuf);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => events.opened());
  socket.addEventListener('message', ({ data }) => events.data(new Uint8Array(data as ArrayBuffer)));
  socket.addEventListener('error', () => {});
  socket.addEventListener('close', ({ code }) => events.closed(code));
  return {
    write: (bytes) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(Uint8Array.from(bytes));
    },
    destroy: () => socket.close(),
  };
}
