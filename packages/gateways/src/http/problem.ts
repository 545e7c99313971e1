import { randomInt } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { isRefusalCode, REFUSALS, type RefusalCode } from '@skein/model';
import type { CloseReason } from '@skein/protocol';

/** Why a request was not carried out. RFC 9457, with the same code that every other gateway says. */
export interface Problem {
  readonly status: number;
  /** A refusal of the table in `@skein/model`; null where HTTP's own word says it all: 404, 405 … */
  readonly code: RefusalCode | null;
  readonly detail: string;
  readonly retryAfterMs?: number;
  readonly limit?: number;
  /** The methods that there are, with 405. */
  readonly allow?: string;
  /** In which codings a body would have been read, with 415. */
  readonly acceptEncoding?: string;
}

/** RFC 9110 §15: what each refusal is in HTTP. A code that is new breaks the build here. */
export const STATUS_BY_REFUSAL: Readonly<Record<RefusalCode, number>> = {
  'auth.required': 401,
  'auth.bad_credentials': 401,
  'auth.token_expired': 401,
  'auth.revoked': 401,
  'auth.dev_disabled': 403,
  'auth.registration_closed': 403,
  'auth.invite_invalid': 403,
  'auth.name_taken': 409,
  'auth.name_invalid': 422,
  'auth.password_weak': 422,
  'auth.too_many_attempts': 429,
  'limit.rate': 429,
  'limit.topics': 409,
  'limit.too_many_devices': 403,
  'limit.too_many_conversations': 403,
  'limit.group_full': 403,
  'message.too_large': 413,
  'message.invalid': 422,
  'message.not_found': 404,
  'message.recall_window_passed': 403,
  'message.not_editable': 403,
  // Not 404: that there is no such conversation is nobody's to learn, so both have this answer (SD9, SY10).
  'permission.topic': 403,
  'permission.not_member': 403,
  'permission.role': 403,
  'permission.direct': 403,
  'permission.self_conversation': 403,
  'user.not_found': 404,
  'conflict.duplicate': 409,
  'request.invalid': 400,
  'request.unknown': 404,
  'client.upgrade_required': 426,
  'server.storage_full': 507,
  'server.storage_unavailable': 503,
  'server.overloaded': 503,
  'server.shutting_down': 503,
};

/** What the end of a core's connection means for a request on it, where the end names no refusal itself. */
const REFUSAL_BY_END: Readonly<Record<CloseReason, RefusalCode>> = {
  serverRestart: 'server.shutting_down',
  overloaded: 'server.overloaded',
  ackTimeout: 'server.overloaded',
  idle: 'server.overloaded',
  stalled: 'server.overloaded',
  internal: 'server.overloaded',
  signInTimeout: 'server.overloaded',
  rateLimited: 'limit.rate',
  tokenExpired: 'auth.token_expired',
  signedOut: 'auth.revoked',
  revoked: 'auth.revoked',
  badCredentials: 'auth.bad_credentials',
  upgradeRequired: 'client.upgrade_required',
  protocolViolation: 'request.invalid',
  outOfOrder: 'request.invalid',
  frameTooLarge: 'request.invalid',
  notAllowed: 'auth.required',
  goodbye: 'auth.revoked',
};

// Said where a refusal is worth repeating and does not say when.
const RETRY_AFTER_MS = 1_000;
// Whom the server sends away because it is busy or restarts comes back some time within this: all at once would be sent away
// again. Two cores hash `passwordsQueuedMax` passwords in as much.
const RETRY_SPREAD_MS = 8_000;
const MS_PER_S = 1_000;

/** A refusal, by its code; one of a newer core reads `request.invalid`. */
export function problemOfRefusal(refusal: {
  readonly code?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly limit?: number | undefined;
}): Problem {
  const { code: said = '', retryAfterMs = 0, limit = 0 } = refusal;
  const code = isRefusalCode(said) ? said : 'request.invalid';
  const status = STATUS_BY_REFUSAL[code];
  const waitMs = retryAfterMs > 0 ? retryAfterMs : REFUSALS[code].retryable ? retryMsOf(status) : 0;
  return {
    status,
    code,
    detail: REFUSALS[code].en,
    ...(waitMs > 0 ? { retryAfterMs: waitMs } : {}),
    ...(limit > 0 ? { limit } : {}),
  };
}

/** [HT27] */
function retryMsOf(status: number): number {
  return RETRY_AFTER_MS + (status === 503 ? randomInt(RETRY_SPREAD_MS) : 0);
}

export function problemOfEnd(reason: CloseReason, detail: string): Problem {
  return problemOfRefusal({ code: isRefusalCode(detail) ? detail : REFUSAL_BY_END[reason] });
}

/** A request that is wrong in itself. */
export function invalid(detail: string, status = 400): Problem {
  return { status, code: 'request.invalid', detail };
}

/** The body, RFC 9457 §3; `code`, `retryAfterMs` and `limit` are ours. */
export function problemBody({ status, code, detail, retryAfterMs, limit }: Problem): string {
  const title = STATUS_CODES[status] ?? 'Error';
  return `${JSON.stringify({
    type: 'about:blank',
    title,
    status,
    detail,
    ...(code === null ? {} : { code }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(limit === undefined ? {} : { limit }),
  })}\n`;
}

/** RFC 9110 §10.2.3, §11.6.1, §12.5.3, §15.5.2: what has to go along with the status. */
export function problemHeaders({
  status,
  retryAfterMs,
  allow,
  acceptEncoding,
}: Problem): Record<string, string> {
  return {
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    ...(allow === undefined ? {} : { Allow: allow }),
    ...(acceptEncoding === undefined ? {} : { 'Accept-Encoding': acceptEncoding }),
    ...(retryAfterMs === undefined
      ? {}
      : { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / MS_PER_S))) }),
  };
}
