import type { Limits } from '@skein/model';
import { commonCapabilities, type Hello, negotiateVersion, type WelcomeInit } from '@skein/protocol';
import type { SignedIn } from '../accounts/sign-in-result.ts';
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
  const capabilities = commonCapabilities(hello.capabilities);
  return { version, capabilities, heartbeatMs, idleTimeoutMs: idleTimeoutOf(heartbeatMs, limits) };
}

/** The sweep notices up to one interval late, so it looks for one interval less: nobody is kept longer than agreed. */
function idleTimeoutOf(heartbeatMs: number, { heartbeatGraceFactor, sweepIntervalMs }: Limits): number {
  const agreedMs = heartbeatMs * heartbeatGraceFactor;
  // With a heartbeat that is hardly longer than the sweep, being late is better than closing who is on time.
  return Math.max(agreedMs - sweepIntervalMs, (heartbeatMs + agreedMs) / 2);
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
