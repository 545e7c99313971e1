import { createHash } from 'node:crypto';
import type { Digests } from '@skein/core';

/** Real SHA-256, which is quick enough for tests. */
export class TestDigests implements Digests {
  sha256Hex(text: string): string {
    return createHash('sha256').update(text).digest('hex');
  }
}
