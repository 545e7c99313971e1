import type { SeededRandom } from '@skein/testkit';

/** One way into the server: what to say first, and what a frame looks like there. */
export interface Way {
  readonly name: string;
  open(port: number, random: SeededRandom): Promise<Talker>;
  next(random: SeededRandom): Uint8Array | string;
}

export interface Talker extends Disposable {
  readonly isOpen: boolean;
  write(bytes: Uint8Array | string): void;
}
