import {
  DOWN_FRAME,
  type DownFrame,
  decodeDown,
  encodeUp,
  FrameSplitter,
  HEARTBEAT,
  type HelloInit,
  NATIVE_PREFACE,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  type RequestInit,
  type Response,
  SHORT_PUSH_FRAME,
  type SyncInit,
  type SyncResult,
  type UpFrameInit,
  type Welcome,
} from '@skein/protocol';
import { openWire, type TransportKind, type Wire } from './transport.ts';

const FRAME_BYTES_MAX = 16 * 1024 * 1024;

export interface ConnectOptions {
  readonly port: number;
  readonly transport?: TransportKind;
  readonly hello: HelloInit;
  /** After each chunk of bytes: how many acks and pushes were in it. */
  onProgress?(acks: number, pushes: number): void;
  onBytes?(bytes: number): void;
  /** Each part of a sync answer. */
  onSync?(part: SyncResult): void;
  /** Every other frame that no promise of this class is waiting for. */
  onFrame?(frame: DownFrame): void;
  /** `code` is 0 when the line was lost without a reason. */
  onClosed?(code: number): void;
}

/**
 * A client as thin as a load needs: it speaks the native protocol, acknowledges pushes when told to and counts the rest.
 * It keeps no state that a reconnect would need.
 */
export class NativeClient {
  pushes = 0;
  acks = 0;
  bytesRead = 0;
  bytesWritten = 0;
  framesRead = 0;
  welcome: Welcome | null = null;
  isClosed = false;
  closeCode = 0;
  readonly #options: ConnectOptions;
  readonly #splitter: FrameSplitter;
  readonly #answers = new Map<number, (answer: Response) => void>();
  #wire: Wire | null = null;
  #acknowledged = 0;
  #lastRequest = 0;
  #onWelcome: ((welcome: Welcome) => void) | null = null;
  #onSynced: ((parts: readonly SyncResult[]) => void) | null = null;
  #onFailed: ((error: Error) => void) | null = null;
  #onHeartbeat: (() => void) | null = null;
  #parts: SyncResult[] = [];

  private constructor(options: ConnectOptions) {
    this.#options = options;
    this.#splitter = new FrameSplitter(
      FRAME_BYTES_MAX,
      (bytes, from, to) => this.#take(bytes, from, to),
      () => this.#onHeartbeat?.(),
    );
  }

  /** Resolves when signed in and, where the hello asks for a sync, synced. */
  static async connect(options: ConnectOptions): Promise<NativeClient> {
    const client = new NativeClient(options);
    const transport = options.transport ?? 'tcp';
    client.#wire = await openWire(transport, options.port, {
      data: (bytes) => client.#data(bytes),
      closed: () => client.#closed(),
    });
    const failed = new Promise<never>((_, reject) => (client.#onFailed = reject));
    const welcomed = new Promise<Welcome>((resolve) => (client.#onWelcome = resolve));
    const synced = options.hello.sync === undefined ? null : client.#nextSync();
    const hello = encodeUp({ case: 'hello', value: options.hello });
    client.write(transport === 'tcp' ? Buffer.concat([NATIVE_PREFACE, hello]) : hello);
    await Promise.race([Promise.all([welcomed, synced]), failed]);
    failed.catch(() => {}); // from here on a loss of the line is `onClosed`
    return client;
  }

  send(frame: UpFrameInit): void {
    this.write(encodeUp(frame));
  }

  /** Sends frames that are encoded already. */
  write(bytes: Uint8Array): void {
    this.bytesWritten += bytes.length;
    this.#wire?.write(bytes);
  }

  /** Sends the one-byte heartbeat; resolves with its answer. */
  heartbeat(): Promise<void> {
    return new Promise((resolve) => {
      this.#onHeartbeat = resolve;
      this.write(HEARTBEAT);
    });
  }

  request(ask: NonNullable<RequestInit['ask']>): Promise<NonNullable<Response['answer']>> {
    const id = ++this.#lastRequest;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, ({ answer }) => {
        if (answer === undefined) reject(new Error(`no answer to ${ask.case}`));
        else if (answer.case === 'failure') reject(new Error(`${ask.case}: ${answer.value.code}`));
        else resolve(answer);
      });
      this.send({ case: 'request', value: { id, ask } });
    });
  }

  sync(sync: SyncInit): Promise<readonly SyncResult[]> {
    const answer = this.#nextSync();
    this.send({ case: 'sync', value: sync });
    return answer;
  }

  /** Tells the server how many pushes were taken, as a client does at most every 200 ms. */
  acknowledge(): void {
    if (this.#acknowledged === this.pushes || this.isClosed) return;
    this.#acknowledged = this.pushes;
    this.send({ case: 'received', value: { pushes: this.pushes } });
  }

  stopReading(): void {
    this.#wire?.stopReading();
  }

  destroy(): void {
    this.#wire?.destroy();
  }

  #data(bytes: Uint8Array): void {
    this.bytesRead += bytes.length;
    this.#options.onBytes?.(bytes.length);
    const acks = this.acks;
    const pushes = this.pushes;
    this.#splitter.push(bytes);
    if (this.acks !== acks || this.pushes !== pushes) {
      this.#options.onProgress?.(this.acks - acks, this.pushes - pushes);
    }
  }

  #take(bytes: Uint8Array, from: number, to: number): void {
    this.framesRead++;
    // The hot ones are counted by their first byte instead of decoded.
    const number = bytes[from];
    if (number === SHORT_PUSH_FRAME || number === DOWN_FRAME.push) this.pushes++;
    else if (number === DOWN_FRAME.ack) this.acks++;
    else this.#handle(decodeDown(bytes, from, to));
  }

  #handle(frame: DownFrame | undefined): void {
    if (frame === undefined) return; // of a newer version
    switch (frame.case) {
      case 'welcome':
        this.welcome = frame.value;
        this.#onWelcome?.(frame.value);
        return;
      case 'syncResult':
        this.#parts.push(frame.value);
        this.#options.onSync?.(frame.value);
        if (!frame.value.more) this.#onSynced?.(this.#parts);
        return;
      case 'response':
        this.#answers.get(frame.value.id)?.(frame.value);
        this.#answers.delete(frame.value.id);
        return;
      case 'close':
        this.closeCode = frame.value.code;
        this.#onFailed?.(new Error(`closed: ${frame.value.code} ${frame.value.reason}`));
        return;
      case 'refused':
        // A load that is refused measures nothing: its limits were not raised.
        throw new Error(`a send was refused: ${frame.value.code} need ${frame.value.need}`);
      default:
        this.#options.onFrame?.(frame);
    }
  }

  #nextSync(): Promise<readonly SyncResult[]> {
    this.#parts = [];
    return new Promise((resolve) => (this.#onSynced = resolve));
  }

  #closed(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#onFailed?.(new Error('the connection was lost'));
    this.#options.onClosed?.(this.closeCode);
  }
}

/** The hello of a development sign-in, with a sync so that the connection is live. */
export function devHello(name: string): HelloInit {
  return { ...hello(name), auth: { case: 'dev', value: name }, sync: { conversations: 0, entriesEach: 0 } };
}

/** The same device coming back with what it was given. */
export function resumeHello(name: string, accessToken: string, sync: SyncInit): HelloInit {
  return { ...hello(name), auth: { case: 'accessToken', value: accessToken }, sync };
}

export function installationOf(name: string): string {
  return `bench-installation-${name}`;
}

function hello(name: string): HelloInit {
  return {
    version: PROTOCOL_VERSION,
    versionMin: PROTOCOL_VERSION_MIN,
    installation: installationOf(name),
    app: 'skein-bench',
    deviceKind: 'bot',
    // Longer than any run: a load that is idle on purpose sends no heartbeat, and is not cut for it.
    heartbeatMs: 600_000,
  };
}
