import {
  type DownFrame,
  decodeDown,
  encodeUp,
  FrameSplitter,
  NATIVE_PREFACE,
  type UpFrameInit,
} from '@skein/protocol';
import { type TestPort, TestSocket, until } from './test-port.ts';

export const HELLO: UpFrameInit = {
  case: 'hello',
  value: {
    version: 1,
    versionMin: 1,
    installation: 'test-installation',
    auth: { case: 'dev', value: 'alice' },
  },
};

/** The frames in what a server sent; heartbeats are left out. */
export function framesIn(bytes: Uint8Array): DownFrame[] {
  const frames: DownFrame[] = [];
  const splitter = new FrameSplitter(
    1 << 24,
    (chunk, from, to) => {
      const frame = decodeDown(chunk, from, to);
      if (frame !== undefined) frames.push(frame);
    },
    () => {},
  );
  splitter.push(bytes);
  return frames;
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** A native client on TCP. */
export class NativeClient {
  readonly link: TestSocket;

  constructor(link: TestSocket) {
    this.link = link;
  }

  static async open(port: TestPort): Promise<NativeClient> {
    const client = new NativeClient(await TestSocket.open(port.port));
    client.link.write(NATIVE_PREFACE);
    return client;
  }

  /** Connected and welcomed. */
  static async signedIn(port: TestPort): Promise<NativeClient> {
    const client = await NativeClient.open(port);
    client.send(HELLO);
    await client.hears('welcome');
    return client;
  }

  get frames(): DownFrame[] {
    return framesIn(this.link.received);
  }

  send(frame: UpFrameInit): void {
    this.link.write(encodeUp(frame));
  }

  /** Waits for a frame of this kind. */
  async hears(name: DownFrame['case']): Promise<DownFrame['value']> {
    const find = (): DownFrame | undefined => this.frames.find((frame) => frame.case === name);
    await until(() => find() !== undefined);
    return (find() as DownFrame).value;
  }

  /** A question that only a living server answers. */
  async isServed(id: number): Promise<void> {
    this.send({ case: 'probe', value: { id } });
    await until(() => this.frames.some((frame) => frame.case === 'pong' && frame.value.id === id));
  }
}
