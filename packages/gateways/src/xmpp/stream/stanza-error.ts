import { StoreFullError, StoreUnavailableError } from '@skein/core';
import type { RefusalCode } from '@skein/model';
import { NS } from '../namespaces.ts';
import { OWN_LANGUAGE } from '../xml/language.ts';
import { NO_XML, type Xml, xml, xmlText } from '../xml/write-xml.ts';

/** RFC 6120 §8.3.2: what the sender can do about it. */
export type ErrorType = 'auth' | 'cancel' | 'continue' | 'modify' | 'wait';

/** RFC 6120 §8.3.3. */
export type StanzaCondition =
  | 'bad-request'
  | 'conflict'
  | 'feature-not-implemented'
  | 'forbidden'
  | 'internal-server-error'
  | 'item-not-found'
  | 'jid-malformed'
  | 'not-acceptable'
  | 'not-allowed'
  | 'not-authorized'
  | 'policy-violation'
  | 'recipient-unavailable'
  | 'registration-required'
  | 'remote-server-not-found'
  | 'resource-constraint'
  | 'service-unavailable'
  | 'unexpected-request';

/** RFC 6120 §8.3.3 gives each condition the type that it has as a rule. */
const USUAL_TYPE: Readonly<Record<StanzaCondition, ErrorType>> = {
  'bad-request': 'modify',
  conflict: 'cancel',
  'feature-not-implemented': 'cancel',
  forbidden: 'auth',
  'internal-server-error': 'cancel',
  'item-not-found': 'cancel',
  'jid-malformed': 'modify',
  'not-acceptable': 'modify',
  'not-allowed': 'cancel',
  'not-authorized': 'auth',
  'policy-violation': 'modify',
  'recipient-unavailable': 'wait',
  'registration-required': 'auth',
  'remote-server-not-found': 'cancel',
  'resource-constraint': 'wait',
  'service-unavailable': 'cancel',
  'unexpected-request': 'wait',
};

/** One stanza is answered with an error; the stream goes on. */
export class StanzaError extends Error {
  override readonly name = 'StanzaError';
  readonly condition: StanzaCondition;
  readonly type: ErrorType;
  readonly more: Xml;

  constructor(
    condition: StanzaCondition,
    detail = '',
    { type, more }: { type?: ErrorType; more?: Xml } = {},
  ) {
    super(detail);
    this.condition = condition;
    this.type = type ?? USUAL_TYPE[condition];
    this.more = more ?? NO_XML;
  }

  /** The error as a child of the stanza that answers. */
  toXml(): Xml {
    const children = [xml(this.condition, { xmlns: NS.stanzas })];
    if (this.message !== '') {
      children.push(xml('text', { xmlns: NS.stanzas, 'xml:lang': OWN_LANGUAGE }, xmlText(this.message)));
    }
    if (this.more !== NO_XML) children.push(this.more);
    return xml('error', { type: this.type }, ...children);
  }
}

/** How each "no" of the core is said here. */
const CONDITION_BY_REFUSAL: Readonly<Record<RefusalCode, StanzaCondition>> = {
  'auth.required': 'not-authorized',
  'auth.bad_credentials': 'not-authorized',
  'auth.token_expired': 'not-authorized',
  'auth.revoked': 'not-authorized',
  'auth.dev_disabled': 'not-allowed',
  'auth.registration_closed': 'not-allowed',
  'auth.invite_invalid': 'not-acceptable',
  'auth.name_taken': 'conflict',
  'auth.name_invalid': 'not-acceptable',
  'auth.password_weak': 'not-acceptable',
  'auth.too_many_attempts': 'resource-constraint',
  'limit.rate': 'resource-constraint',
  'limit.topics': 'resource-constraint',
  'limit.too_many_devices': 'resource-constraint',
  'limit.too_many_conversations': 'resource-constraint',
  'limit.group_full': 'service-unavailable',
  'message.too_large': 'policy-violation',
  'message.invalid': 'bad-request',
  'message.not_found': 'item-not-found',
  'message.recall_window_passed': 'not-acceptable',
  'message.not_editable': 'not-acceptable',
  'permission.topic': 'forbidden',
  'permission.not_member': 'forbidden',
  'permission.role': 'forbidden',
  'permission.direct': 'not-allowed',
  'permission.self_conversation': 'not-acceptable',
  'user.not_found': 'item-not-found',
  'conflict.duplicate': 'conflict',
  'request.invalid': 'bad-request',
  'request.unknown': 'feature-not-implemented',
  'client.upgrade_required': 'not-acceptable',
  'server.storage_full': 'resource-constraint',
  'server.storage_unavailable': 'resource-constraint',
  'server.overloaded': 'resource-constraint',
  'server.shutting_down': 'resource-constraint',
};

export function errorForRefusal(code: RefusalCode, detail = ''): StanzaError {
  return new StanzaError(CONDITION_BY_REFUSAL[code], detail);
}

/** What a stanza is answered with when something was thrown. Errors: throws what is a bug. */
export function asStanzaError(error: unknown): StanzaError {
  if (error instanceof StanzaError) return error;
  // The environment broke; it may be well again.
  const isPassing = error instanceof StoreUnavailableError || error instanceof StoreFullError;
  if (!isPassing) throw error;
  return new StanzaError('resource-constraint');
}
