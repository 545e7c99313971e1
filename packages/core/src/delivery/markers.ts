import type { Clock, Limits, Timer, UserNumber } from '@skein/model';
import type { DownFrameInit } from '@skein/protocol';
import type { Blocks } from '../contacts/is-silenced.ts';
import type { Conversation, Member } from '../log/conversation.ts';
import { showsMarkers, showsReading, toMarker, toOwnMarker } from '../sync/conversation-state.ts';
import type { Hub } from './hub.ts';

export interface MarkersDeps {
  readonly hub: Hub;
  readonly contacts: Blocks;
  readonly clock: Clock;
  readonly limits: Limits;
}

/**
 * [DL7] Tells how far members got: the own devices at once, the others where the conversation is small enough, at once
 * in a direct conversation and together once in a while in a group, because there every message moves everybody.
 */
export class Markers {
  readonly #deps: MarkersDeps;
  readonly #moved = new Map<Conversation, Set<Member>>();
  #timer: Timer | null = null;

  constructor(deps: MarkersDeps) {
    this.#deps = deps;
  }

  deliveredMoved(member: Member): void {
    this.#tellOthers(member);
  }

  readMoved(member: Member): void {
    this.#tellOwnDevices(member);
    // [DL11] Not even that something happened.
    if (showsReading(member.conversation, this.#deps.limits)) this.#tellOthers(member);
  }

  /** Forgets what waits; after this nothing is told. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#moved.clear();
  }

  #tellOwnDevices(member: Member): void {
    const frame: DownFrameInit = {
      case: 'marker',
      value: toOwnMarker(member),
    };
    for (const feed of this.#deps.hub.feedsOf(member.user) ?? []) feed.tellMarker(member.conversation, frame);
  }

  #tellOthers(member: Member): void {
    const { conversation } = member;
    const { limits } = this.#deps;
    if (!showsMarkers(conversation, this.#deps)) return;
    if (conversation.kind === 'direct') {
      this.#broadcast(conversation, [member]);
      return;
    }
    const moved = this.#moved.get(conversation) ?? new Set();
    this.#moved.set(conversation, moved.add(member));
    this.#timer ??= this.#deps.clock.setTimer(limits.markerBroadcastMs, () => this.#broadcastMoved());
  }

  #broadcastMoved(): void {
    this.#timer = null;
    const moved = [...this.#moved];
    this.#moved.clear();
    for (const [conversation, members] of moved) this.#broadcast(conversation, members);
  }

  #broadcast(conversation: Conversation, moved: Iterable<Member>): void {
    const { limits } = this.#deps;
    // One frame object for all receivers.
    const frames = Array.from(moved)
      .filter((member) => member.role !== null)
      .map((member) => ({
        of: member.user,
        frame: { case: 'marker', value: toMarker(member, limits) } as const,
      }));
    for (const user of conversation.present) this.#tell(user, conversation, frames);
  }

  #tell(
    user: UserNumber,
    conversation: Conversation,
    frames: readonly { of: UserNumber; frame: DownFrameInit }[],
  ): void {
    for (const feed of this.#deps.hub.feedsOf(user) ?? []) {
      for (const { of, frame } of frames) if (of !== user) feed.tellMarker(conversation, frame);
    }
  }
}
