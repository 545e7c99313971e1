import { expect, it } from 'vitest';
import { ChunkJoiner } from './chunk-joiner.ts';

const A = Uint8Array.of(1, 2);
const B = Uint8Array.of(3);
const ACK = Uint8Array.of(9);

it('[GW10] joins the same chunks once for all who are told them', () => {
  const joiner = new ChunkJoiner();
  const first = joiner.join([A, B], 3);
  expect([...first]).toEqual([1, 2, 3]);
  expect(joiner.join([A, B], 3)).toBe(first);
});

it('[GW10] joins for itself what is not the same, however alike', () => {
  const joiner = new ChunkJoiner();
  const first = joiner.join([A, B], 3);
  expect([...joiner.join([B, A], 3)]).toEqual([3, 1, 2]);
  expect([...joiner.join([A, B, ACK], 4)]).toEqual([1, 2, 3, 9]);
  expect([...joiner.join([A, ACK], 3)]).toEqual([1, 2, 9]);
  // Chunks are told apart by what they are, not by what they say: comparing bytes would cost what it saves.
  expect(joiner.join([A, Uint8Array.of(3)], 3)).not.toBe(first);
  expect([...first]).toEqual([1, 2, 3]);
});

it('[GW10] keeps neither the list it was given nor, between turns, the bytes', () => {
  const joiner = new ChunkJoiner();
  const chunks = [A, B];
  const first = joiner.join(chunks, 3);
  chunks.length = 0;
  expect(joiner.join([A, B], 3)).toBe(first);
  joiner.forget();
  expect(joiner.join([A, B], 3)).not.toBe(first);
});
