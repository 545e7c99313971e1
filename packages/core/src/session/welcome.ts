import type { Limits } from '@skein/model';
import { commonCapabilities, type Hello, negotiateVersion, type WelcomeInit } from '@skein/protocol';
import type { SignedIn } from '../accounts/sign-in.ts';
import { toWireUser } from '../sync/people.ts';
import type { CoreParts } from './parts.ts';

/** What both sides agreed on. */
export interface Terms {
  readonly version: number;
  readonly capabilities: readonly string[];
  readonly heartbeatMs: number;
  readonly idleTimeoutMs: number;
}

/** [SS2, SS5] The terms of a connection, or null when the two speak no common version. */
export function agreeOnTerms(hello: Hello, limits: Limits): Terms | null {
  const version = negotiateVersion(hello.versionMin, hello.version);
  if (version === null) return null;
  const asked = hello.heartbeatMs === 0 ? limits.heartbeatIntervalMs : hello.heartbeatMs;
  // Nothing finer than the sweep is noticed, so nothing finer is promised.
  const heartbeatMs = Math.max(limits.sweepIntervalMs, Math.min(asked, limits.heartbeatIntervalMaxMs));
  return { version, capabilities: commonCapabilities(hello.capabilities), heartbeatMs };
}

export function toWelcome(parts: CoreParts, signedIn: SignedIn, terms: Terms): WelcomeInit {
  const { limits } = parts;
  return {
    version: terms.version,
    capabilities: terms.capabilities,
    session: signedIn.session,
    me: toWireUser(signedIn.user),
    device: signedIn.device.number,
    epoch: parts.epoch,
    serverTimeMs: parts.clock.nowMs(),
    durability: parts.durability,
    frameBytesMax: limits.frameBytesMax,
    bodyBytesMax: limits.bodyBytesMax,
    heartbeatMs: terms.heartbeatMs,
    recallWindowMs: limits.recallWindowMs,
    server: parts.serverName,
    tokens: signedIn.tokens,
  };
}
