import { hash } from 'node:crypto';
import type { Digests } from '@skein/core';

/** SHA-256 by OpenSSL. */
export const nodeDigests: Digests = {
  sha256Hex: (text) => hash('sha256', text, 'hex'),
};
