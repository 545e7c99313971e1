import { connect, type Socket } from 'node:net';
import {
  type DownFrame,
  decodeDown,
  encodeUp,
  FrameSplitter,
  NATIVE_PREFACE,
  SUBPROTOCOL,
  type UpFrameInit,
} from '@skein/protocol';
import { WebSocket } from 'ws';

/** A line that carries native frames, over either transport. */
export interface FrameLine {
  send(frame: UpFrameInit): void;
  stall(): void;
  flow(): void;
  cut(): void;
  /** Ends it as the transport does. */
  end(): void;
}

export interface FrameLineEvents {
  frame(frame: DownFrame): void;
  /** With what the transport said, where it says anything. */
  closed(reason: string): void;
}

export type OpenFrameLine = (port: number, events: FrameLineEvents) => FrameLine;

const FRAME_BYTES_MAX = 1 << 20;

export const openTcpLine: OpenFrameLine = (port, events) => {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const splitter = splitterOf(events);
  socket.write(NATIVE_PREFACE);
  socket.on('data', (bytes) => splitter.push(bytes));
  watchEnd(socket, events);
  return {
    send: (frame) => {
      if (socket.writable) socket.write(Uint8Array.from(encodeUp(frame)));
    },
    stall: () => socket.pause(),
    flow: () => socket.resume(),
    cut: () => socket.destroy(),
    end: () => socket.end(),
  };
};

export const openWebSocketLine: OpenFrameLine = (port, events) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, SUBPROTOCOL.protobuf);
  const splitter = splitterOf(events);
  const early: Uint8Array[] = [];
  socket.on('open', () => {
    for (const bytes of early) socket.send(bytes);
  });
  socket.on('message', (data) => splitter.push(data as Buffer));
  socket.on('error', () => undefined);
  socket.on('close', (_, reason) => events.closed(String(reason)));
  return {
    send: (frame) => {
      const bytes = Uint8Array.from(encodeUp(frame));
      if (socket.readyState === WebSocket.CONNECTING) early.push(bytes);
      else socket.send(bytes);
    },
    stall: () => socket.pause(),
    flow: () => socket.resume(),
    cut: () => socket.terminate(),
    end: () => socket.close(),
  };
};

function splitterOf(events: FrameLineEvents): FrameSplitter {
  const onFrame = (bytes: Uint8Array, from: number, to: number): void => {
    const frame = decodeDown(bytes, from, to);
    if (frame !== undefined) events.frame(frame);
  };
  return new FrameSplitter(FRAME_BYTES_MAX, onFrame, () => undefined);
}

function watchEnd(socket: Socket, events: FrameLineEvents): void {
  // 'close' follows.
  socket.on('error', () => undefined);
  socket.on('close', () => events.closed('closed'));
}
