import { ENTRY_KIND } from '@skein/model';
import {
  ConversationKind,
  type ConversationState,
  decodeMessage,
  ProtocolError,
  Role,
  readSettingsChange,
} from '@skein/protocol';
import type { ToldEntry } from '../../session/client/entry-order.ts';

/** A conversation as this user has it. */
export interface Place {
  readonly number: number;
  readonly isGroup: boolean;
  title: string;
  isOpen: boolean;
  /** The other one of a direct conversation, 0 in a group. */
  readonly peer: number;
  readonly role: Role;
  /** First entry this user may see. */
  readonly first: number;
  readonly memberCount: number;
  head: number;
  headTimeMs: number;
  /** How far this user has read. */
  read: number;
}

/** The conversations of one user. Bounded by the core's own limit on them. */
export class ConversationBook {
  readonly #places = new Map<number, Place>();
  readonly #directs = new Map<number, number>();

  get all(): IterableIterator<Place> {
    return this.#places.values();
  }

  get(conversation: number): Place | undefined {
    return this.#places.get(conversation);
  }

  /** The direct conversation with somebody. */
  directWith(user: number): Place | undefined {
    const number = this.#directs.get(user);
    return number === undefined ? undefined : this.#places.get(number);
  }

  /** An entry was told: what it says of the conversation itself holds from now on. */
  heard(place: Place, entry: ToldEntry): void {
    place.head = Math.max(place.head, entry.seq);
    place.headTimeMs = Math.max(place.headTimeMs, entry.timeMs);
    if (entry.kind !== ENTRY_KIND.settings) return;
    const { title, open } = settingsOf(entry.body);
    place.title = title ?? place.title;
    place.isOpen = open ?? place.isOpen;
  }

  /** Takes over what was told; answers what was known before. A conversation that was left is forgotten. */
  learn(state: ConversationState): Place | undefined {
    const before = this.#places.get(state.conversation);
    if (state.role === Role.unspecified) {
      this.#places.delete(state.conversation);
      return before;
    }
    const { conversation, kind, title, open, peer, role, first, memberCount, head, read } = state;
    const isGroup = kind === ConversationKind.group;
    const about = { isGroup, title, isOpen: open, peer, role, first, memberCount };
    this.#places.set(conversation, {
      number: conversation,
      ...about,
      head: Math.max(head, before?.head ?? 0),
      headTimeMs: Math.max(state.headTimeMs, before?.headTimeMs ?? 0),
      read: Math.max(read?.seq ?? 0, before?.read ?? 0),
    });
    if (!isGroup) this.#directs.set(peer, conversation);
    return before;
  }
}

/** What a settings entry changes; nothing where it can't be read. */
export function settingsOf(body: Uint8Array): { title?: string | undefined; open?: boolean | undefined } {
  try {
    return decodeMessage(readSettingsChange, body);
  } catch (error) {
    if (error instanceof ProtocolError) return {};
    throw error;
  }
}
