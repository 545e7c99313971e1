import type { Limits } from '@skein/model';
import { CoreScene } from '@skein/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HttpPerson, type Told } from '../../testing/http-person.ts';
import { SchemaCheck } from '../../testing/json-schema-check.ts';
import { anyOfSchema, brokenFrom } from '../../testing/random-requests.ts';
import { openPort } from '../../testing/test-port.ts';
import { type Operation, openApiDocument } from './document.ts';
import type { Schema } from './json-schema.ts';

const DOCUMENT = openApiDocument();
const CHECK = new SchemaCheck(DOCUMENT.components.schemas);
const PROBLEM = { $ref: '#/components/schemas/Problem' };
const RUNS = Number(process.env['SKEIN_OPENAPI_RUNS'] ?? 40);
const LIMITS: Partial<Limits> = {
  requestsPerSecondMax: 100_000,
  requestsBurstMax: 100_000,
  failedSignInsPerMinuteMax: 100_000,
  httpPollWaitMaxMs: 5,
};

const POSTS = Object.entries(DOCUMENT.paths).flatMap(([path, { post }]) =>
  post === undefined ? [] : [{ path, post }],
);
const GETS = ['/v1/poll', '/v1/events'].flatMap((path) => {
  const get = DOCUMENT.paths[path]?.['get'];
  return get === undefined ? [] : [{ path, get }];
});
const ANSWERED = new Set<string>();

describe('the description of HTTP is true', () => {
  it.each(POSTS)('[HT16] of $post.operationId', async ({ path, post }) => {
    const { port, person } = await open();
    const input = schemaIn(post['requestBody']);
    const valid = anyOfSchema(CHECK, input);
    await fc.assert(
      fc.asyncProperty(fc.oneof(valid, brokenFrom(valid)), async (message) => {
        const asker = await person();
        const told = await asker.asks(path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(message),
        });
        if (told.status === 200) ANSWERED.add(post.operationId);
        const isSound = CHECK.accepts(input, message);
        expect({ message, told: told.body, wrong: wrongIn(post, told, isSound) }).toMatchObject({
          wrong: null,
        });
      }),
      { numRuns: RUNS },
    );
    expect(port.bugs).toEqual([]);
  });

  it.each(GETS)('[HT16] of $get.operationId', async ({ path, get }) => {
    const { port, person } = await open();
    const parameters = (get['parameters'] ?? []) as { name: string; in: string; schema: Schema }[];
    const query = parameters.filter((parameter) => parameter.in === 'query');
    const anyQuery = fc.record(
      Object.fromEntries(
        query.map(({ name, schema }) => [
          name,
          fc.oneof(anyOfSchema(CHECK, schema).map(String), fc.string()),
        ]),
      ),
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(anyQuery, async (asked: Record<string, string | undefined>) => {
        const asker = await person();
        const abort = new AbortController();
        const { status } = await fetch(
          `${port.url}${path}?${new URLSearchParams(asked as Record<string, string>).toString()}`,
          {
            headers: asker.authorization,
            signal: abort.signal,
          },
        );
        abort.abort();
        const isSound = query.every(({ name, schema }) => {
          const value = asked[name];
          return (
            value === undefined ||
            CHECK.accepts(schema, schema['type'] === 'integer' ? numberIn(value) : value)
          );
        });
        const isTold = status !== 200 || isSound;
        expect({ asked, status, isTold }).toMatchObject({ isTold: true });
        expect(Object.keys(get['responses'] as object)).toContain(String(status));
        expect(status).toBeLessThan(500);
      }),
      { numRuns: RUNS },
    );
    expect(port.bugs).toEqual([]);
  });

  // What random words do not reach, such as a refresh with the right token, the other tests do.
  it('[HT16] and most operations were carried out on the way', () => {
    expect(ANSWERED.size).toBeGreaterThan(POSTS.length / 2);
  });
});

/** A server with a conversation, and somebody who is always signed in. */
async function open() {
  const scene = await CoreScene.open({ limits: LIMITS });
  const port = await openPort(scene.core);
  let somebody = await HttpPerson.arrive(port, 'alice');
  await HttpPerson.arrive(port, 'bob');
  await somebody.direct('bob');
  const person = async (): Promise<HttpPerson> => {
    // What was asked before may have been to sign out.
    if ((await somebody.calls('Devices/List')).status !== 200)
      somebody = await HttpPerson.arrive(port, 'alice');
    return somebody;
  };
  return { port, person };
}

/** What the document does not say about an answer; null when it says all of it. */
function wrongIn(operation: Operation, { status, body }: Told, isSound: boolean): string | null {
  const responses = operation['responses'] as Record<string, unknown>;
  if (!Object.hasOwn(responses, status)) return `status ${status} is not declared`;
  if (status === 500) return 'a bug';
  if (status !== 200) return CHECK.accepts(PROBLEM, body) ? null : 'not a problem as declared';
  if (!isSound) return 'broken, and taken';
  return CHECK.accepts(schemaIn(responses['200']), body) ? null : 'not an answer as declared';
}

function schemaIn(body: unknown): Schema {
  const { content } = body as { content: Record<string, { schema: Schema }> };
  return content['application/json']?.schema ?? {};
}

function numberIn(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}
