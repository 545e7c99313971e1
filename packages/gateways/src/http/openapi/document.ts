import { SERVICES } from '@skein/protocol/services';
import { CALLS } from '../rpc/calls.ts';
import { RPC_PREFIX } from '../rpc/procedures.ts';
import { MessageSchemas, type Schema } from './json-schema.ts';
import { PROBLEM_RESPONSES, PROBLEM_SCHEMA, problemsOf } from './problem-schema.ts';
import { streamPaths } from './stream-paths.ts';

/** An operation as the page shows it. */
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly [more: string]: unknown;
}

export interface Document {
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly license: object;
  };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: object;
    readonly securitySchemes: object;
  };
  readonly [more: string]: unknown;
}

const VERSION = '0.1.0';
const TEXT =
  'The conversations of a Skein server by HTTP. Procedures take and answer the messages of its schema, in JSON or in protobuf. ' +
  'Sign in with Accounts/SignIn and show the access token as a bearer token in every other request. Errors are problem ' +
  'details (RFC 9457); their `code` is the same on every protocol of the server.';

/** [HT16] The whole of HTTP as an OpenAPI 3.1 document, made of what the routes are made of. */
export function openApiDocument(): Document {
  const schemas = new MessageSchemas();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const { name: service, methods } of SERVICES) {
    for (const { name, text, input, output } of methods) {
      const key = `${service}/${name}`;
      paths[`${RPC_PREFIX}${key}`] = {
        post: {
          operationId: `${service}.${name}`,
          tags: [service],
          ...sentences(text),
          ...(key === 'Messages/Send' ? { parameters: [IDEMPOTENCY_KEY] } : {}),
          requestBody: { required: false, content: bodies(schemas.ref(input.table, 'request')) },
          responses: {
            200: { description: 'Done.', content: bodies(schemas.ref(output.table, 'answer')) },
            ...problemsOf({ asksWho: CALLS[key]?.by !== 'anyone', hasBody: true }),
          },
          ...(CALLS[key]?.by === 'anyone' ? { security: [] } : {}),
        },
      };
    }
  }
  for (const [path, methods] of Object.entries(streamPaths(schemas))) paths[path] = methods;
  return {
    openapi: '3.1.0',
    info: {
      title: 'Skein',
      version: VERSION,
      description: TEXT,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: SERVICES.map(({ name, text }) => ({ name, description: text })),
    paths,
    components: {
      schemas: { ...schemas.all, Problem: PROBLEM_SCHEMA },
      responses: PROBLEM_RESPONSES,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The access token of Accounts/SignIn.' },
        ticket: {
          type: 'apiKey',
          in: 'query',
          name: 'ticket',
          description: 'A ticket of Streams/CreateTicket.',
        },
      },
    },
  };
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Names this send: a repetition with the same key is stored once.',
  schema: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[!#-~]{1,64}$' },
};

/** The first sentence says what it is, the rest what else there is to know. */
export function sentences(text: string): { readonly summary: string; readonly description: string } {
  const end = text.search(/[.:](?: |$)/);
  return { summary: text.slice(0, end === -1 ? undefined : end), description: text };
}

function bodies(schema: Schema): object {
  return {
    'application/json': { schema },
    'application/proto': { schema: { description: 'The same message in protobuf.' } },
  };
}
