import { type Limits, type Refusal, refuse, utf8Length } from '@skein/model';
import type { AttributeInit } from '@skein/protocol';
import type { Attributes } from '../ports/store.ts';

export type AttributeLimits = Pick<Limits, 'attributesPerConversationMax' | 'attributesBytesMax'>;

/** Shared by all conversations that have none, and by all commands that change none. */
export const NO_ATTRIBUTES: Attributes = new Map();

/** What of `wanted` is not so yet: a key with its new value, or with an empty one if it is to go. */
export function attributesToChange(had: Attributes, wanted: Attributes): Attributes {
  return new Map([...wanted].filter(([key, value]) => (had.get(key) ?? '') !== value));
}

/** [CV17] What there is after a change: keys keep their places, new ones come last. */
export function withAttributes(had: Attributes, changes: Attributes): Attributes {
  if (changes.size === 0) return had;
  const all = new Map(had);
  for (const [key, value] of changes) {
    if (value === '') all.delete(key);
    else all.set(key, value);
  }
  return all.size === 0 ? NO_ATTRIBUTES : all;
}

/** [CV17] Attributes are few and short, all of a conversation together; and a key is never empty. */
export function judgeAttributes(
  all: Attributes,
  { attributesPerConversationMax: countMax, attributesBytesMax: bytesMax }: AttributeLimits,
): Refusal | null {
  if (all.has('')) return refuse('request.invalid');
  if (all.size > countMax) return refuse('request.invalid', { limit: countMax });
  let bytes = 0;
  for (const [key, value] of all) bytes += utf8Length(key) + utf8Length(value);
  return bytes > bytesMax ? refuse('request.invalid', { limit: bytesMax }) : null;
}

/** As a command or an entry has them: of a key that is said twice, what was said last. */
export function fromWireAttributes(
  attributes: readonly { readonly key: string; readonly value: string }[],
): Attributes {
  return attributes.length === 0 ? NO_ATTRIBUTES : new Map(attributes.map(({ key, value }) => [key, value]));
}

export function toWireAttributes(attributes: Attributes): readonly AttributeInit[] {
  return Array.from(attributes, ([key, value]) => ({ key, value }));
}
