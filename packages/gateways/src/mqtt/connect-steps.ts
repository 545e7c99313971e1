import { createHash } from 'node:crypto';
import { Publication, type SessionDevice, type StoredWill, type TopicOwner, type Topics } from '@skein/core';
import type { Refusal } from '@skein/model';
import type { Connect, Will } from './codec/packets.ts';
import { REASON, type ReasonCode } from './codec/reason-codes.ts';
import { REASON_OF_REFUSAL } from './refusal-codes.ts';

/** Who a client turned out to be. */
export type SignInResult =
  | { readonly outcome: 'signed-in'; readonly user: string; readonly device: SessionDevice | null }
  | { readonly outcome: 'denied'; readonly reason: ReasonCode };

/** What the steps work with; each fills in what it found. */
export interface Connecting {
  readonly packet: Connect;
  readonly topics: Topics;
  readonly nowMs: number;
  readonly newClientId: () => string;
  /** Asks the core, as any other gateway does. */
  readonly signIn: (claim: Claim) => Promise<SignInResult>;
  /** Leaves a will for a conversation with the core; `undefined` where its topic is none. */
  readonly leaveWill: (will: Will) => Promise<Refusal | null | undefined>;
  clientId: string;
  device: SessionDevice | null;
  isClientIdAssigned: boolean;
  owner: TopicOwner;
  space: string;
  will: StoredWill | null;
}

export type Auth =
  | { readonly case: 'accessToken'; readonly value: string }
  | { readonly case: 'password'; readonly value: { readonly user: string; readonly password: string } }
  | { readonly case: 'dev'; readonly value: string };

/** Who a client says it is, and how it shows that. */
export interface Claim {
  readonly auth: Auth;
  readonly user: string;
  readonly installation: string;
}

type Step = (connecting: Connecting) => Refused | Promise<Refused>;
/** Null: go on. */
type Refused = ReasonCode | null;

/** [MQTT-3.1.4-2] What a CONNECT has to pass, in this order. Only then is there a session. */
const STEPS: readonly Step[] = [checkAuthenticationMethod, chooseClientId, signIn, checkWill];

export async function refuseConnect(connecting: Connecting): Promise<Refused> {
  for (const step of STEPS) {
    const refused = await step(connecting);
    if (refused !== null) return refused;
  }
  return null;
}

/** [MQTT-4.12.0-1] No method of enhanced authentication is offered. */
function checkAuthenticationMethod({ packet }: Connecting): Refused {
  return packet.authenticationMethod === null ? null : REASON.badAuthenticationMethod;
}

/** [MQTT-3.1.3-6] [MQTT-3.1.3-7] (3.1.1: also -8) Who brings no name is given one, in 3.1.1 only with a clean session. */
function chooseClientId(connecting: Connecting): Refused {
  const { packet } = connecting;
  if (packet.clientId !== '') return null;
  if (packet.version === 4 && !packet.isCleanStart) return REASON.clientIdentifierNotValid;
  connecting.clientId = connecting.newClientId();
  connecting.isClientIdAssigned = true;
  return null;
}

// RFC 7519 as the core's external identities are, and the core's own access tokens.
const IDENTITY_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const ACCESS_TOKEN = /^[\w-]{43}$/;
/** What the core takes as the name of an installation. */
const INSTALLATION = /^[\w-]{16,64}$/;

/** The same credentials as everywhere (MQ6). Nobody in particular is served under the test flag alone. */
async function signIn(connecting: Connecting): Promise<Refused> {
  const { packet, topics, clientId } = connecting;
  const { userName, password } = packet;
  // A name of no characters, which outside suites bring, is nobody's either.
  if (userName === null || userName === '') {
    if (!topics.hasFreeSpace) return REASON.notAuthorized;
    connecting.space = 'free';
    connecting.owner = { user: null };
    return null;
  }
  const installation = installationOf(clientId);
  let reason: ReasonCode = REASON.badUserNameOrPassword;
  for (const auth of waysIn(userName, password, clientId)) {
    const result = await connecting.signIn({ auth, user: userName, installation });
    if (result.outcome === 'signed-in') {
      connecting.owner = { user: result.user };
      connecting.device = result.device;
      // A token tells who it belongs to; a name beside it that says otherwise is no credential.
      return result.user === userName ? null : REASON.badUserNameOrPassword;
    }
    reason = result.reason;
  }
  return reason;
}

function waysIn(user: string, secret: Uint8Array | null, clientId: string): Auth[] {
  if (secret === null) return [{ case: 'dev', value: user }];
  const password = Buffer.from(secret).toString('utf8');
  if (isIdentityToken(password)) return [{ case: 'accessToken', value: password }];
  const byPassword: Auth = { case: 'password', value: { user, password } };
  // A token belongs to its installation, so that only a client that is named like one can have one.
  const mayBeToken = ACCESS_TOKEN.test(password) && INSTALLATION.test(clientId);
  return mayBeToken ? [{ case: 'accessToken', value: password }, byPassword] : [byPassword];
}

/** A token of the operator's backend, which no device has for itself. */
export function isIdentityToken(token: string): boolean {
  return IDENTITY_TOKEN.test(token);
}

/** [MQ7] The same client is the same device of its user; a client identifier may be anything, a device's name may not. */
export function installationOf(clientId: string): string {
  if (INSTALLATION.test(clientId)) return clientId;
  return `mqtt-${createHash('sha256').update(clientId).digest('base64url')}`;
}

/** A will that could not be published is refused with its connection (MQTT 5 §3.2.2.2). */
async function checkWill(connecting: Connecting): Promise<Refused> {
  const { packet, topics, space, owner, nowMs } = connecting;
  if (packet.will === null) return null;
  const refusal = topics.mayPublish({ space, owner }, packet.will.topic);
  if (refusal !== null) {
    const left = await connecting.leaveWill(packet.will);
    return left === null ? null : REASON_OF_REFUSAL[(left ?? refusal).code];
  }
  connecting.will = toStoredWill(packet.will, nowMs);
  return null;
}

function toStoredWill(will: Will, nowMs: number): StoredWill {
  const { topic, payload, qos, isRetained, properties, delayS } = will;
  const init = { topic, payload, qos, isRetained, properties, publishedAtMs: nowMs };
  return { publication: new Publication(init), delayS };
}
