import { ProtocolError } from '@skein/protocol';
import {
  bytesOfMessage,
  jsonOfMessage,
  type MessageCoder,
  messageOfBytes,
  messageOfJson,
  SERVICES,
} from '@skein/protocol/services';
import { type Exchange, isProblem, JSON_TYPE, UTF8 } from '../exchange.ts';
import { invalid, type Problem, problemOfRefusal } from '../problem.ts';
import type { Route } from '../router.ts';
import type { Outcome } from '../seat/seat.ts';
import { CALLS, type Call, type CallPlace } from './calls.ts';

/** The package of the schema is part of the path, as generated clients of the Connect protocol write it. */
export const RPC_PREFIX = '/rpc/skein.v1.';

const PROTOBUF_TYPES: ReadonlySet<string> = new Set(['application/proto', 'application/x-protobuf']);

/** How messages travel in one exchange: as they came. */
export interface Codec {
  readonly type: string;
  readonly read: (coder: MessageCoder, body: Buffer) => object;
  readonly write: (coder: MessageCoder, message: object) => Uint8Array | string;
}

export const AS_JSON: Codec = {
  type: JSON_TYPE,
  // Nothing at all is a message without fields.
  read: (coder, body) => messageOfJson(coder, body.length === 0 ? '{}' : textOf(body)),
  write: (coder, message) => jsonOfMessage(coder, message),
};
const STRICT = new TextDecoder(UTF8, { fatal: true });
const AS_PROTOBUF: Codec = { type: 'application/proto', read: messageOfBytes, write: bytesOfMessage };

/** [HT1] Every procedure of the schema as a route; `streamed` are those that write their answers by themselves. */
export function procedureRoutes(
  place: Omit<CallPlace, 'exchange'>,
  bodyBytesMax: number,
  streamed: Streamed,
): readonly Route[] {
  return SERVICES.flatMap((service) =>
    service.methods.map(({ name, input, output }): Route => {
      const key = `${service.name}/${name}`;
      const take = streamed[key];
      const call = CALLS[key];
      if (call === undefined && take === undefined) throw new Error(`nobody carries ${key} out`);
      return {
        method: 'POST',
        path: `${RPC_PREFIX}${key}`,
        take: async (exchange) => {
          const asked = await readMessage(exchange, input, bodyBytesMax);
          if (isProblem(asked)) exchange.problem(asked);
          else if (take !== undefined) await take(exchange, asked);
          else if (call !== undefined)
            await answer(exchange, await run(call, asked.message, { ...place, exchange }), {
              ...asked,
              output,
            });
        },
      };
    }),
  );
}

/** A message and the codec that it came in. */
export interface Asked {
  readonly message: object;
  readonly codec: Codec;
}

export type Streamed = Readonly<Record<string, (exchange: Exchange, asked: Asked) => Promise<void>>>;

function run(call: Call, message: object, place: CallPlace): Promise<Outcome<object>> {
  if (call.by === 'anyone') return call.run(message, place);
  const { exchange, seats } = place;
  const { bearer } = exchange;
  if (bearer === null) return Promise.resolve({ problem: problemOfRefusal({ code: 'auth.required' }) });
  return seats.use(bearer, exchange.peer, (seat) => call.run(message, { ...place, seat }));
}

async function readMessage(
  exchange: Exchange,
  coder: MessageCoder,
  bytesMax: number,
): Promise<Asked | Problem> {
  const { contentType } = exchange;
  const isBinary = PROTOBUF_TYPES.has(contentType);
  if (!isBinary && contentType !== JSON_TYPE && contentType !== '') {
    return invalid(`Send ${JSON_TYPE} or application/proto.`, 415);
  }
  if (!isBinary && exchange.charset !== UTF8) return invalid('Send UTF-8.', 415);
  const body = await exchange.body(bytesMax);
  if (isProblem(body)) return body;
  // [HT6] What a form of another page can send without asking has no type of ours; only nothing may come without one.
  if (contentType === '' && body.length > 0) return invalid(`Say Content-Type: ${JSON_TYPE}.`, 415);
  const codec = isBinary ? AS_PROTOBUF : AS_JSON;
  try {
    return { message: codec.read(coder, body), codec };
  } catch (error) {
    if (error instanceof ProtocolError) return invalid(detailOf(error));
    throw error;
  }
}

/** Where nothing more is known than what is wrong, in words. */
function detailOf({ message, violation }: ProtocolError): string {
  if (message !== violation) return message;
  if (violation === 'invalid-json') return 'The body is no JSON.';
  return violation === 'invalid-utf8'
    ? 'The body is no UTF-8.'
    : `The body is no such message: ${violation}.`;
}

async function answer(
  exchange: Exchange,
  { value, problem }: Outcome<object>,
  { codec, output }: Asked & { readonly output: MessageCoder },
): Promise<void> {
  if (problem !== undefined) exchange.problem(problem);
  else exchange.answer(200, codec.type, codec.write(output, value));
}

function textOf(body: Buffer): string {
  try {
    return STRICT.decode(body);
  } catch {
    throw new ProtocolError('invalid-utf8');
  }
}
