import type { ByteLink } from '../session/byte-link.ts';

/** A link whose other end is the test. */
export class MemoryLink implements ByteLink {
  readonly written: Uint8Array[] = [];
  queuedBytes = 0;
  isPaused = false;
  ending: { code: number; reason: string } | null = null;

  write(bytes: Uint8Array): void {
    this.written.push(bytes);
    this.queuedBytes += bytes.length;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(code: number, reason: string): void {
    this.ending = { code, reason };
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.written);
  }
}
