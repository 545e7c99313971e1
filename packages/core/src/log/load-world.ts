import type { Entry, Limits } from '@skein/model';
import { type RefusalRow, type Store, StoreCorruptError, type StoredState } from '../ports/store.ts';
import { applyConversationRow, applyMemberRow, reportMarker } from './apply-row.ts';
import { restoreCheckpoint } from './checkpoint.ts';
import type { Conversation } from './conversation.ts';
import { LOG_RULES, type LogRules } from './log-rules.ts';
import { RecentEntries } from './recent-entries.ts';
import { hashOfEntry } from './send-hash.ts';
import { World } from './world.ts';

type LoadLimits = Pick<
  Limits,
  | 'sentKeysHeldMax'
  | 'recentCountersMax'
  | 'markerMembersMax'
  | 'recentEntriesPerConversationMax'
  | 'recentBytesMax'
>;

export interface LoadedWorld {
  readonly world: World;
  /** Holds the newest of the entries that were read. */
  readonly recent: RecentEntries;
  readonly entriesRead: number;
}

/**
 * Builds the state from the store: rows, then the checkpoint, then every entry and refusal after it, by the same step
 * that applies them after a commit (rule LG3).
 *
 * Errors: throws StoreUnavailableError, or StoreCorruptError when the rows contradict each other.
 */
export async function loadWorld(
  store: Store,
  limits: LoadLimits,
  rules: LogRules = LOG_RULES,
): Promise<LoadedWorld> {
  const stored = await store.load();
  const world = new World();
  const recent = new RecentEntries(limits);
  world.position = stored.position;
  world.checkpointPosition = stored.checkpointPosition;
  addRows(world, stored);
  // One more than is held, which tells whether the store has more.
  const sentKeys = await store.loadSentKeys(limits.sentKeysHeldMax + 1);
  for (const row of sentKeys) world.sentKeys.add(row, limits.sentKeysHeldMax);
  for (const { conversation, state } of stored.checkpoints) {
    restoreCheckpoint(known(world, conversation), state, limits);
  }
  const tail = new Tail(world, recent, { limits, rules });
  const entriesRead = await tail.replay(stored);
  reportMarkers(world, limits);
  return { world, recent, entriesRead };
}

function addRows(world: World, stored: StoredState): void {
  for (const row of stored.users) world.users.add(row);
  for (const row of stored.conversations) applyConversationRow(world, row);
  for (const row of stored.members) {
    known(world, row.conversation);
    applyMemberRow(world, row);
  }
}

/** The positions of markers are in the rows; which of them everybody hears of depends on the size of the group. */
function reportMarkers(world: World, { markerMembersMax }: LoadLimits): void {
  for (const conversation of world.conversations()) {
    for (const { position } of conversation.members.values()) {
      reportMarker(conversation, position, markerMembersMax);
    }
  }
}

/** Entries and refusals after the checkpoint, in the order in which they were committed. */
class Tail {
  readonly #world: World;
  readonly #recent: RecentEntries;
  readonly #limits: LoadLimits;
  readonly #rules: LogRules;
  #refusals: readonly RefusalRow[] = [];
  #nextRefusal = 0;

  constructor(world: World, recent: RecentEntries, by: { limits: LoadLimits; rules: LogRules }) {
    this.#world = world;
    this.#recent = recent;
    this.#limits = by.limits;
    this.#rules = by.rules;
  }

  async replay(stored: StoredState): Promise<number> {
    const after = stored.checkpointPosition;
    this.#refusals = stored.refusals
      .filter(({ position }) => position > after)
      .sort((a, b) => a.position - b.position);
    let entriesRead = 0;
    for await (const page of stored.entriesAfterCheckpoint) {
      for (const entry of page) this.#applyEntry(entry);
      entriesRead += page.length;
    }
    this.#applyRefusalsUntil(Number.POSITIVE_INFINITY);
    return entriesRead;
  }

  #applyEntry(entry: Entry): void {
    this.#applyRefusalsUntil(entry.position);
    const conversation = known(this.#world, entry.conversation);
    if (entry.seq > conversation.head + 1) {
      throw new StoreCorruptError(`conversation ${entry.conversation} lacks entry ${conversation.head + 1}`);
    }
    this.#rules.applyEntry(conversation, entry, hashOfEntry(entry), this.#limits);
    this.#recent.add(entry);
    this.#world.noteChanged(conversation);
  }

  /** In order with the entries: a producer's counters are used up one by one. */
  #applyRefusalsUntil(position: number): void {
    for (; this.#nextRefusal < this.#refusals.length; this.#nextRefusal++) {
      const row = this.#refusals[this.#nextRefusal] as RefusalRow;
      if (row.position > position) return;
      const conversation = known(this.#world, row.conversation);
      this.#rules.applyRefusal(conversation, row, this.#limits);
      this.#world.noteChanged(conversation);
    }
  }
}

function known(world: World, id: Conversation['id']): Conversation {
  const conversation = world.conversation(id);
  if (conversation === undefined) throw new StoreCorruptError(`conversation ${id} has no row`);
  return conversation;
}
