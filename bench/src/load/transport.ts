import { connect, type Socket } from 'node:net';
import { HEARTBEAT, SUBPROTOCOL } from '@skein/protocol';
import { WebSocket } from 'ws';

export type TransportKind = 'tcp' | 'websocket';

/** One open line to a server, as thin as Node allows: the load must not be dearer than what it measures. */
export interface Wire {
  write(bytes: Uint8Array): void;
  /** Leaves what comes next in the kernel, as a program that hangs does. */
  stopReading(): void;
  /** Cuts the line without a word. */
  destroy(): void;
}

export interface WireEvents {
  /** The bytes are valid only during the call. */
  data(bytes: Uint8Array): void;
  /** Once, however the line ended. */
  closed(): void;
}

const NO_BYTES = new Uint8Array(0);
// Every socket reads into the same buffer: its content is used up before the next read begins.
const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);

export function openWire(kind: TransportKind, port: number, events: WireEvents): Promise<Wire> {
  return kind === 'tcp' ? openTcp(port, events) : openWebSocket(port, events);
}

function openTcp(port: number, events: WireEvents): Promise<Wire> {
  return new Promise((resolve, reject) => {
    let isReading = true;
    const onData = (length: number) => {
      events.data(readBuffer.subarray(0, length));
      return isReading;
    };
    const socket: Socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: readBuffer, callback: onData },
    });
    socket.on('error', reject); // after the connect the promise is settled, and 'close' tells the rest
    socket.on('close', () => events.closed());
    socket.on('connect', () =>
      resolve({
        write: (bytes) => void socket.write(bytes),
        stopReading: () => {
          isReading = false;
          socket.pause();
        },
        destroy: () => void socket.destroy(),
      }),
    );
  });
}

function openWebSocket(port: number, events: WireEvents): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, SUBPROTOCOL.protobuf, {
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
    socket.binaryType = 'nodebuffer';
    socket.on('error', reject);
    socket.on('close', () => events.closed());
    // The heartbeat is an empty message here, and an empty frame on a stream.
    socket.on('message', (data: Buffer) => events.data(data.length === 0 ? HEARTBEAT : data));
    socket.on('open', () =>
      resolve({
        write: (bytes) => socket.send(bytes === HEARTBEAT ? NO_BYTES : bytes),
        stopReading: () => socket.pause(),
        destroy: () => socket.terminate(),
      }),
    );
  });
}
