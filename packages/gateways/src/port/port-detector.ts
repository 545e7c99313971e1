import type { Socket } from 'node:net';
import type { Clock } from '@skein/model';
import { Deadlines } from '../session/deadlines.ts';
import { DETECT_BYTES_MAX, detectProtocol } from './detect-protocol.ts';
import type { ProtocolTable } from './doors.ts';

export interface DetectorOptions {
  readonly clock: Clock;
  readonly detectTimeoutMs: number;
  readonly sweepIntervalMs: number;
}

const DETECTOR = Symbol('detector');
const HELD = Symbol('held');

/** What the shared listeners find on the socket while it is being recognised. */
interface WaitingSocket extends Socket {
  [DETECTOR]?: PortDetector | undefined;
  [HELD]?: Buffer | undefined;
}

/**
 * Gives each connection on a port to the one who speaks its protocol, told by its first bytes (rules GW1–GW3). Nothing
 * is asked of the peer and nothing is sent, so recognising adds no round trip.
 */
export class PortDetector {
  readonly #table: ProtocolTable;
  readonly #silent: Deadlines<WaitingSocket>;

  constructor(table: ProtocolTable, options: DetectorOptions) {
    this.#table = table;
    this.#silent = new Deadlines(options.clock, options.detectTimeoutMs, options.sweepIntervalMs, (socket) =>
      socket.destroy(),
    );
  }

  /** Connections that have not said enough yet. */
  get waitingCount(): number {
    return this.#silent.count;
  }

  /** `firstBytes` were read from the socket before. */
  accept(socket: Socket, firstBytes?: Buffer): void {
    const waiting: WaitingSocket = socket;
    waiting[DETECTOR] = this;
    // [GW2] Silence is closed after detectTimeoutMs.
    this.#silent.add(waiting);
    waiting.on('data', onFirstBytes);
    waiting.on('end', onGone);
    waiting.on('close', onGone);
    if (firstBytes !== undefined && firstBytes.length > 0) this.received(waiting, firstBytes);
  }

  /** Ends everyone who is still being recognised. */
  close(): void {
    this.#silent.expireAll();
  }

  received(socket: WaitingSocket, chunk: Buffer): void {
    const held = socket[HELD];
    const bytes = held === undefined ? chunk : Buffer.concat([held, chunk]);
    const protocol = detectProtocol(bytes.subarray(0, DETECT_BYTES_MAX));
    if (protocol === 'undecided') {
      // Undecided means that it is a beginning of something short: at most 15 bytes.
      socket[HELD] = bytes;
      return;
    }
    this.release(socket);
    const take = this.#table[protocol];
    if (take === undefined) socket.destroy();
    else take(socket, bytes);
  }

  release(socket: WaitingSocket): void {
    this.#silent.remove(socket);
    socket.off('data', onFirstBytes);
    socket.off('end', onGone);
    socket.off('close', onGone);
    socket[HELD] = undefined;
    socket[DETECTOR] = undefined;
  }
}

function onFirstBytes(this: WaitingSocket, chunk: Buffer): void {
  this[DETECTOR]?.received(this, chunk);
}

function onGone(this: WaitingSocket): void {
  this[DETECTOR]?.release(this);
  this.destroy();
}
