import { createHash } from 'node:crypto';
import type { Digests } from '@skein/core';

/** The real ones, which are quick enough for tests. */
export class TestDigests implements Digests {
  sha256Hex(text: string): string {
    return createHash('sha256').update(text).digest('hex');
  }

  sha1Hex(bytes: Uint8Array): string {
    return createHash('sha1').update(bytes).digest('hex');
  }
}
