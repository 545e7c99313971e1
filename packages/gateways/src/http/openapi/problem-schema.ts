import { STATUS_CODES } from 'node:http';
import { REFUSALS } from '@skein/model';
import { STATUS_BY_REFUSAL } from '../problem.ts';
import type { Schema } from './json-schema.ts';

export const PROBLEM_SCHEMA: Schema = {
  type: 'object',
  description: 'Problem details, RFC 9457.',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Which refusal it is.', enum: Object.keys(REFUSALS) },
    retryAfterMs: { type: 'integer', description: 'When it is worth asking again.', minimum: 0 },
    limit: { type: 'integer', description: 'The limit that was met, in its own unit.', minimum: 0 },
  },
};

/** Refused before the core hears of it. */
const WITH_BODY = [413, 415];
const OF_EVERYONE = [400, 403, 404, 405, 409, 422, 429, 500, 503, 507];
const OF_WHO_ASKS = 401;

const STATUSES = [...OF_EVERYONE, ...WITH_BODY, OF_WHO_ASKS].toSorted((a, b) => a - b);

/** One response per status, with the codes that have it. */
export const PROBLEM_RESPONSES: Readonly<Record<string, object>> = Object.fromEntries(
  STATUSES.map((status) => [`Problem${status}`, responseOf(status)]),
);

export function problemsOf({
  asksWho,
  hasBody,
}: {
  asksWho: boolean;
  hasBody: boolean;
}): Record<string, object> {
  const statuses = STATUSES.filter(
    // Who signs in may hear that they are not who they say.
    (status) => (status !== OF_WHO_ASKS || asksWho || hasBody) && (hasBody || !WITH_BODY.includes(status)),
  );
  return Object.fromEntries(
    statuses.map((status) => [String(status), { $ref: `#/components/responses/Problem${status}` }]),
  );
}

function responseOf(status: number): object {
  const codes = Object.entries(STATUS_BY_REFUSAL).filter(([, its]) => its === status);
  const listed = codes.length === 0 ? '' : `: ${codes.map(([code]) => `\`${code}\``).join(', ')}`;
  return {
    description: `${STATUS_CODES[status]}${listed}.`,
    ...(status === 429 || status === 503
      ? { headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer', minimum: 1 } } } }
      : {}),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}
