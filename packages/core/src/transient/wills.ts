import {
  type Clock,
  type ConversationId,
  type DeviceNumber,
  type UserNumber,
  unreachable,
} from '@skein/model';
import type { CloseReason } from '@skein/protocol';
import type { Hub } from '../delivery/hub.ts';
import type { World } from '../log/world.ts';
import { type TransientDeps, tellTransient } from './transients.ts';

/** What a connection leaves behind for when it is lost. */
export interface Will {
  readonly conversation: ConversationId;
  readonly text: string;
  readonly content: Uint8Array;
  /** Whether it is passed on although another device of the user is connected. */
  readonly isForEachDevice: boolean;
  readonly delayMs: number;
}

/** Whose will it is. */
export interface Testator {
  readonly user: UserNumber;
  readonly device: DeviceNumber;
}

interface PendingWill extends Testator {
  readonly will: Will;
  readonly dueAtMs: number;
}

export interface WillsDeps {
  readonly hub: Hub;
  readonly world: World;
  readonly contacts: TransientDeps['contacts'];
  readonly clock: Clock;
}

/**
 * [WL2] Whether a connection that ended so was lost: its peer vanished, or broke the protocol. What the server or its operator
 * decides is no death of the device. Null: the socket is gone, and nobody said Goodbye.
 */
export function isLoss(reason: CloseReason | null): boolean {
  if (reason === null) return true;
  switch (reason) {
    case 'ackTimeout':
    case 'idle':
    case 'stalled':
    case 'protocolViolation':
    case 'outOfOrder':
    case 'frameTooLarge':
      return true;
    case 'serverRestart':
    case 'overloaded':
    case 'internal':
    case 'signInTimeout':
    case 'rateLimited':
    case 'tokenExpired':
    case 'signedOut':
    case 'revoked':
    case 'badCredentials':
    case 'upgradeRequired':
    case 'notAllowed':
    case 'goodbye':
      return false;
    default:
      return unreachable(reason);
  }
}

/**
 * Passes on what lost connections left behind (rules WL1–WL6). The will itself is the connection's and ends with it, so
 * none is passed on twice; here are only those that wait for their delay.
 */
export class Wills {
  readonly #deps: WillsDeps;
  /** One for each device, so that losing it often costs no more than losing it once. */
  readonly #pending = new Map<DeviceNumber, PendingWill>();

  constructor(deps: WillsDeps) {
    this.#deps = deps;
  }

  /** Wills that wait for their delay. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** A connection was lost, and is no longer among those of its user. */
  lost(testator: Testator, will: Will): void {
    if (will.delayMs === 0) {
      this.#passOn(testator, will);
      return;
    }
    const dueAtMs = this.#deps.clock.monotonicMs() + will.delayMs;
    this.#pending.set(testator.device, { ...testator, will, dueAtMs });
  }

  /** [WL4] The device is back: it is alive. */
  joined({ device }: Testator): void {
    this.#pending.delete(device);
  }

  /** Called once per sweep. */
  sweep(nowMs: number): void {
    for (const pending of this.#pending.values()) {
      if (pending.dueAtMs > nowMs) continue;
      this.#pending.delete(pending.device);
      this.#passOn(pending, pending.will);
    }
  }

  #passOn({ user, device }: Testator, will: Will): void {
    const { hub, world } = this.#deps;
    const alive = hub.connectionsOf(user);
    // [WL3] Another connection of the same device shows that the device is not lost at all.
    const isAlive = will.isForEachDevice
      ? alive.some((other) => other.device.number === device)
      : alive.length > 0;
    if (isAlive) return;
    const conversation = world.conversation(will.conversation);
    // [WL5] By now the user may have left the conversation.
    if ((conversation?.members.get(user)?.role ?? null) === null || conversation === undefined) return;
    const { text, content } = will;
    tellTransient({ conversation, user, text, content, isWill: true }, this.#deps, null);
  }
}
