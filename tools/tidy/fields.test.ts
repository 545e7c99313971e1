import { describe, expect, it } from 'vitest';
import { read } from './repository.ts';

const PAGE = 'docs/protocol/fields.md';
const SCHEMA = ['frames', 'content'].map((name) => read(`packages/protocol/proto/skein/v1/${name}.proto`));
const MESSAGE = /^message (\w+) \{(?:\}|([\s\S]*?)^\})/gm;
const FIELD = /^\s+(?:repeated |optional )?[\w.]+ (\w+) = \d+;/gm;
const NAMED = /`([A-Z][A-Za-z]+)(?:\.([a-z_]+))?`/g;

/** Not of the schema: a type of the SDK that the page names as such. */
const SDK_TYPES = new Set(['Message']);

describe(PAGE, () => {
  const fieldsByMessage = new Map(
    SCHEMA.flatMap((text) => [...text.matchAll(MESSAGE)]).map(([, name = '', body = '']) => [
      name,
      new Set([...body.matchAll(FIELD)].map(([, field]) => field)),
    ]),
  );
  const named = [...read(PAGE).matchAll(NAMED)].filter(([, message = '']) => !SDK_TYPES.has(message));

  it('names only what the schema has', () => {
    expect(named.length).toBeGreaterThan(60);
    const wrong = named.filter(([, message = '', field]) => {
      const fields = fieldsByMessage.get(message);
      return fields === undefined || (field !== undefined && !fields.has(field));
    });
    expect(wrong.map(([text]) => text)).toEqual([]);
  });

  it('knows the schema it compares with', () => {
    expect(fieldsByMessage.get('Hello')?.has('access_token')).toBe(true);
    expect(fieldsByMessage.get('Done')?.size).toBe(0);
    expect(fieldsByMessage.get('Read')?.has('session')).toBe(false);
  });
});
