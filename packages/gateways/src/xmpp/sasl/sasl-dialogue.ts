import type { Peer, Proof, Proofs, ScramTurn, SignInDenied } from '@skein/core';
import { NS } from '../namespaces.ts';
import { type Element, textOf } from '../xml/element.ts';
import { type Xml, xml, xmlText } from '../xml/write-xml.ts';
import type { Mechanism } from './mechanisms.ts';

/** RFC 6120 §6.5. */
export type SaslCondition =
  | 'aborted'
  | 'encryption-required'
  | 'incorrect-encoding'
  | 'invalid-authzid'
  | 'invalid-mechanism'
  | 'malformed-request'
  | 'not-authorized'
  | 'temporary-auth-failure';

export type SaslAnswer =
  | { readonly outcome: 'challenge'; readonly xml: Xml }
  | { readonly outcome: 'failure'; readonly xml: Xml; readonly isFinal: boolean }
  | { readonly outcome: 'success'; readonly xml: Xml; readonly proof: Proof };

export interface SaslTerms {
  readonly proofs: Pick<Proofs, 'password' | 'scram'>;
  readonly peer: Peer;
  readonly offered: readonly Mechanism[];
  readonly bindings: ReadonlyMap<string, Uint8Array>;
}

type DialogueState =
  | { readonly name: 'idle' }
  /** A mechanism was chosen without a first message. */
  | { readonly name: 'awaiting-first'; readonly mechanism: Mechanism }
  | { readonly name: 'challenged'; readonly turn: ScramTurn };

const IDLE: DialogueState = { name: 'idle' };
// RFC 6120 §6.4.5: at least two and no more than five tries.
const TRIES_MAX = 5;

/**
 * RFC 6120 §6: one negotiation of who somebody is.
 *
 *   idle ──auth──▶ challenged ──response──▶ success
 *    ▲               │ failure, abort
 *    └───────────────┘
 */
export class SaslDialogue {
  readonly #terms: SaslTerms;
  #state: DialogueState = IDLE;
  #failures = 0;

  constructor(terms: SaslTerms) {
    this.#terms = terms;
  }

  /** Takes `auth`, `response` or `abort`. */
  async hear(element: Element): Promise<SaslAnswer> {
    const state = this.#state;
    this.#state = IDLE;
    if (element.name === 'abort') return this.#fail('aborted');
    const message = fromBase64Text(textOf(element));
    if (message === null) return this.#fail('incorrect-encoding');
    if (element.name === 'auth') return this.#begin(element.attrs['mechanism'] ?? '', message);
    switch (state.name) {
      case 'idle':
        return this.#fail('malformed-request');
      case 'awaiting-first':
        return this.#first(state.mechanism, message);
      case 'challenged':
        return this.#settle(state.turn.finish(message));
    }
  }

  async #begin(name: string, message: string): Promise<SaslAnswer> {
    const mechanism = this.#terms.offered.find((offered) => offered.name === name);
    if (mechanism === undefined)
      return this.#fail(name === 'PLAIN' ? 'encryption-required' : 'invalid-mechanism');
    if (message !== '') return this.#first(mechanism, message);
    // RFC 6120 §6.4.2: no initial response, so an empty challenge asks for it.
    this.#state = { name: 'awaiting-first', mechanism };
    return { outcome: 'challenge', xml: xml('challenge', { xmlns: NS.sasl }) };
  }

  async #first(mechanism: Mechanism, message: string): Promise<SaslAnswer> {
    return mechanism.kind === 'plain' ? this.#plain(message) : this.#scram(mechanism, message);
  }

  /** RFC 4616 §2: authorization identity, name and password, with NULs between them. */
  async #plain(message: string): Promise<SaslAnswer> {
    const { proofs, peer } = this.#terms;
    const [authorization, user, password, ...rest] = message.split('\0');
    if (authorization === undefined || !user || !password || rest.length > 0)
      return this.#fail('malformed-request');
    const proof = await proofs.password(user, password, peer);
    if (
      !('outcome' in proof) &&
      authorization !== '' &&
      localOf(authorization) !== proof.user.id.toLowerCase()
    ) {
      return this.#fail('invalid-authzid');
    }
    return this.#settle('outcome' in proof ? proof : { proof, serverFinal: '' });
  }

  async #scram({ hash, isBound }: Mechanism, clientFirst: string): Promise<SaslAnswer> {
    const { proofs, peer, bindings, offered } = this.#terms;
    const wasBindingOffered = offered.some((mechanism) => mechanism.isBound);
    const ask = { hash, clientFirst, bindings: isBound ? bindings : null, wasBindingOffered };
    const turn = await proofs.scram(ask, peer);
    if ('outcome' in turn) return this.#settle(turn);
    this.#state = { name: 'challenged', turn };
    return {
      outcome: 'challenge',
      xml: xml('challenge', { xmlns: NS.sasl }, toBase64Text(turn.serverFirst)),
    };
  }

  #settle(result: { readonly proof: Proof; readonly serverFinal: string } | SignInDenied): SaslAnswer {
    if ('outcome' in result) return this.#fail(conditionOf(result));
    const { proof, serverFinal } = result;
    const said = serverFinal === '' ? [] : [toBase64Text(serverFinal)];
    return { outcome: 'success', xml: xml('success', { xmlns: NS.sasl }, ...said), proof };
  }

  #fail(condition: SaslCondition): SaslAnswer {
    this.#failures++;
    return {
      outcome: 'failure',
      xml: xml('failure', { xmlns: NS.sasl }, xml(condition)),
      isFinal: this.#failures >= TRIES_MAX,
    };
  }
}

function conditionOf({ close, code }: SignInDenied): SaslCondition {
  switch (close) {
    case 'rateLimited':
    case 'overloaded':
      // RFC 6120 §6.5.11: what is wrong will pass.
      return 'temporary-auth-failure';
    case 'notAllowed':
      return 'invalid-authzid';
    default:
      return code === 'request.invalid' ? 'malformed-request' : 'not-authorized';
  }
}

/** RFC 6120 §6.4.2: "=" is an empty message. Null for what is no base64 of UTF-8. */
function fromBase64Text(text: string): string | null {
  if (text === '=' || text === '') return '';
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return null;
  const decoded = Buffer.from(text, 'base64');
  const said = decoded.toString('utf8');
  return Buffer.from(said).equals(decoded) ? said : null;
}

function toBase64Text(text: string): Xml {
  return xmlText(Buffer.from(text).toString('base64'));
}

/** A client may name the account whole: `user@domain`. */
function localOf(authorization: string): string {
  return (authorization.split('@')[0] ?? '').toLowerCase();
}
