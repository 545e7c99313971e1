import type { UserNumber } from '@skein/model';
import type { PresenceList } from '@skein/protocol';
import type { Unsubscribe } from '../api/live.ts';
import { isSkeinError } from '../api/skein-error.ts';
import type { Engine } from '../engine/engine.ts';
import type { Dispatcher } from '../live/dispatcher.ts';
import { LiveValue } from '../live/live-value.ts';
import type { Availability, Presence } from './fleeting-words.ts';

/** The server's limit for one question. */
const USERS_PER_QUESTION = 100;
const UNKNOWN: Presence = { isOnline: null, lastSeen: null, availability: 'available', text: '' };
const NOBODY: Presence = { ...UNKNOWN, isOnline: false };
/** By their numbers in the schema; what a newer version says reads as the first. */
const AVAILABILITY: readonly Availability[] = ['available', 'chatty', 'away', 'long-away', 'busy'];

type Statement = PresenceList['users'][number];

/** Whose presence is looked at, and how they are there (rules FT1–FT3). */
export class PresenceBook {
  readonly #engine: Engine;
  readonly #dispatcher: Dispatcher;
  readonly #lives = new Map<string, LivePresence>();
  // Of this connection: what was said on another one may have been before a restart.
  readonly #versions = new Map<number, number>();
  readonly #wanted = new Set<string>();
  #isOnline = false;
  #isAsking = false;

  constructor(engine: Engine, dispatcher: Dispatcher) {
    this.#engine = engine;
    this.#dispatcher = dispatcher;
  }

  live(user: string): LivePresence {
    const known = this.#lives.get(user);
    if (known !== undefined) return known;
    const live = new LivePresence(this.#dispatcher, {
      followed: () => this.#want(user),
      left: () => this.#leave(user),
    });
    this.#lives.set(user, live);
    return live;
  }

  connected(): void {
    this.#isOnline = true;
    this.#versions.clear();
    for (const [user, live] of this.#lives) if (live.hasListeners) this.#want(user);
  }

  /** [FT2] Nobody is known to be there. */
  disconnected(): void {
    this.#isOnline = false;
    for (const live of this.#lives.values()) live.set(UNKNOWN);
  }

  /** [FT3] Answers and what is told of changes may overtake each other: the later statement counts. */
  heard(statements: readonly Statement[]): void {
    this.#dispatcher.batch(() => {
      for (const statement of statements) {
        if (statement.version < (this.#versions.get(statement.user) ?? 0)) continue;
        this.#versions.set(statement.user, statement.version);
        const { id } = this.#engine.parts.model.user(statement.user as UserNumber);
        this.#lives.get(id)?.set(presenceOf(statement));
      }
    });
  }

  #want(user: string): void {
    this.#wanted.add(user);
    if (this.#isAsking || !this.#isOnline) return;
    this.#isAsking = true;
    // A screen follows many people at once: they are asked for together.
    void Promise.resolve().then(() => this.#askAll());
  }

  async #askAll(): Promise<void> {
    while (this.#isOnline && this.#wanted.size > 0) {
      const users = [...this.#wanted].slice(0, USERS_PER_QUESTION);
      for (const user of users) this.#wanted.delete(user);
      try {
        await this.#ask(users);
      } catch (error) {
        // On the next connection everybody who is followed is asked for again.
        this.#engine.log('debug', 'nobody said how somebody is there', error);
      }
    }
    this.#isAsking = false;
  }

  async #ask(users: readonly string[]): Promise<void> {
    const { model, people } = this.#engine.parts;
    const strangers = users.filter((user) => model.numberOf(user) === null);
    if (strangers.length > 0) await people.find({ users: strangers });
    const numbers = users.flatMap((user) => model.numberOf(user) ?? []);
    for (const user of users) if (model.numberOf(user) === null) this.#lives.get(user)?.set(NOBODY);
    if (numbers.length > 0) this.heard(await this.#find(numbers));
  }

  /** [FT1] More people than the server tells one connection of are told of once. */
  async #find(users: readonly UserNumber[]): Promise<readonly Statement[]> {
    const { requests } = this.#engine.parts;
    const find = async (watch: boolean) => {
      const ask = { case: 'findPresence', value: { users, watch } } as const;
      return (await requests.askFor('presence', ask)).users;
    };
    try {
      return await find(true);
    } catch (error) {
      if (!isSkeinError(error, 'request.invalid')) throw error;
      return find(false);
    }
  }

  #leave(user: string): void {
    this.#wanted.delete(user);
    const { model, requests } = this.#engine.parts;
    const number = model.numberOf(user);
    // Another window, which has the same connection, may follow the same person.
    const isShared = this.#engine.leader !== null || this.#engine.told !== null;
    if (number === null || isShared || !this.#isOnline) return;
    requests
      .ask({ case: 'unwatchPresence', value: { users: [number] } })
      .catch((error: unknown) => this.#engine.log('debug', 'somebody is still followed', error));
  }
}

class LivePresence extends LiveValue<Presence> {
  readonly #hooks: { readonly followed: () => void; readonly left: () => void };

  constructor(dispatcher: Dispatcher, hooks: { readonly followed: () => void; readonly left: () => void }) {
    super(dispatcher, UNKNOWN);
    this.#hooks = hooks;
  }

  override subscribe(listener: (value: Presence, previous: Presence) => void): Unsubscribe {
    if (!this.hasListeners) this.#hooks.followed();
    const stop = super.subscribe(listener);
    let isStopped = false;
    return () => {
      if (isStopped) return;
      isStopped = true;
      stop();
      if (!this.hasListeners) this.#hooks.left();
    };
  }

  override set(value: Presence): void {
    const now = this.get();
    const isSame =
      now.isOnline === value.isOnline &&
      now.lastSeen?.getTime() === value.lastSeen?.getTime() &&
      now.availability === value.availability &&
      now.text === value.text;
    if (!isSame) super.set(value);
  }
}

function presenceOf({ online, seenMs, availability, text }: Statement): Presence {
  return {
    isOnline: online,
    lastSeen: seenMs === 0 ? null : new Date(seenMs),
    availability: AVAILABILITY[availability] ?? 'available',
    text,
  };
}
