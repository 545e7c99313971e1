import { hash } from 'node:crypto';
import type { Digests } from '@skein/core';

/** Both by OpenSSL. */
export const nodeDigests: Digests = {
  sha256Hex: (text) => hash('sha256', text, 'hex'),
  sha1Hex: (bytes) => hash('sha1', bytes, 'hex'),
};
