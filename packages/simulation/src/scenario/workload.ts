import type { CacheSnapshot, Client, Conversation, Message, Timeline } from '@skein/client';
import { ENTRY_KIND } from '@skein/model';
import type { SeededRandom } from '@skein/testkit';
import type { History } from '../checkers/history.ts';
import { textOf } from '../checkers/stored-log.ts';
import type { Window } from '../checkers/view.ts';
import type { Profile, Settings, Span } from './settings.ts';

/** Whoever acts: the user, and the further windows open on this device. */
export interface Actor {
  readonly user: string;
  readonly windows: Window[];
}

type Act =
  | 'send'
  | 'read'
  | 'edit'
  | 'recall'
  | 'react'
  | 'type'
  | 'older'
  | 'readMiddle'
  | 'window'
  | 'members';

/** Of a hundred acts, how many are which; an order that pinned seeds rely on. */
const ACTS: Readonly<Record<Profile, Readonly<Record<Act, number>>>> = {
  everyday: {
    send: 40,
    read: 10,
    edit: 13,
    recall: 7,
    react: 9,
    type: 3,
    older: 5,
    readMiddle: 2,
    window: 4,
    members: 7,
  },
  amending: {
    send: 30,
    read: 3,
    edit: 26,
    recall: 9,
    react: 15,
    type: 0,
    older: 3,
    readMiddle: 1,
    window: 10,
    members: 3,
  },
  moving: {
    send: 34,
    read: 5,
    edit: 6,
    recall: 12,
    react: 3,
    type: 0,
    older: 2,
    readMiddle: 2,
    window: 4,
    members: 32,
  },
};

const WINDOWS_MAX = 3;
const LONG_LOG = 0.8;
// In a short run people meet in a few places, or they hardly meet.
const GROUPS_MAX = 2;
const IN_GROUP = 0.8;
const IN_ANY_GROUP = 0.2;

/** How often several messages are sent at once, and how many at most. */
const BURSTS: Readonly<Record<Span, Readonly<Record<Profile, readonly [chance: number, countMax: number]>>>> =
  {
    short: { everyday: [0.25, 8], amending: [0.5, 20], moving: [0.25, 6] },
    long: { everyday: [0.25, 20], amending: [0.4, 40], moving: [0.25, 20] },
  };

/** What people do: each call is one thing, chosen by the seed. Everything goes through the public SDK. */
export class Workload {
  readonly #random: SeededRandom;
  readonly #history: History;
  readonly #users: readonly string[];
  readonly #profile: Profile;
  readonly #span: Span;
  /** Every group there is, whoever is in it. */
  readonly #groups: string[] = [];
  #textCount = 0;
  /** Promises that reject when the server refuses: an answer like any other here. */
  readonly #ignore = (): void => undefined;

  constructor(random: SeededRandom, history: History, { users, profile, span }: Settings) {
    this.#random = random;
    this.#history = history;
    this.#users = users;
    this.#profile = profile;
    this.#span = span;
  }

  /** A client's process was killed: what was written down, or had left, must arrive all the same. */
  died({ client, wire }: { client: Client; wire: string }, written: CacheSnapshot): void {
    for (const { message } of client.outbox.get()) {
      if (message?.kind === 'text' && wire.includes(message.text)) this.#history.promised(message.text);
    }
    for (const row of written.outbox) {
      if (row.kind === ENTRY_KIND.message && row.refusal === '') this.#history.promised(textOf(row.body));
    }
  }

  /** One thing that one person does on one device. */
  act(client: Client, actor: Actor): void {
    const conversation = this.#choose(client, actor.user);
    switch (this.#draw()) {
      case 'send':
        return this.#send(client, conversation);
      case 'read':
        return conversation.markRead();
      case 'edit':
        return this.#edit(client, conversation, actor);
      case 'recall':
        return this.#recall(client, conversation, actor);
      case 'react':
        return this.#react(client, conversation, actor);
      case 'type':
        return conversation.setTyping();
      case 'older':
        conversation.messages.loadOlder(this.#random.pick([1, 3, 20])).catch(this.#ignore);
        return;
      case 'readMiddle':
        return this.#readMiddle(conversation);
      case 'window':
        return this.#openWindow(conversation, actor);
      case 'members':
        return this.#changeMembers(client, conversation);
    }
  }

  /** Who sees no message, only that there is something older, scrolls up: the newest entries may all be edits and reactions. */
  scrollUp(client: Client): void {
    for (const { messages } of client.conversations.list().get()) {
      const { items, older } = messages.view.get();
      if (older === 'can-load' && items.every(({ seq, kind }) => seq === null || kind === 'tip')) {
        messages.loadOlder().catch(this.#ignore);
      }
    }
  }

  /** After everything: somebody scrolls to an old place in every conversation. */
  lookBack(client: Client, { windows }: Actor): void {
    for (const conversation of client.conversations.list().get()) {
      const head = headOf(conversation);
      if (head > 1)
        windows.push({ conversation, timeline: conversation.open({ seq: this.#random.between(1, head) }) });
    }
  }

  #draw(): Act {
    const weights = ACTS[this.#profile];
    let roll = this.#random.int(100);
    for (const [act, weight] of Object.entries(weights) as [Act, number][]) {
      if (roll < weight) return act;
      roll -= weight;
    }
    return 'send';
  }

  #choose(client: Client, user: string): Conversation {
    const known = client.conversations.list().get();
    if (this.#span === 'short' && this.#profile === 'moving') {
      // Also where one is no member any more, or not yet: what is refused has to be remembered.
      if (this.#groups.length > 0 && this.#random.chance(IN_ANY_GROUP))
        return client.conversations.get(this.#random.pick(this.#groups));
      const groups = known.filter(({ id }) => this.#groups.includes(id));
      if (groups.length > 0 && this.#random.chance(IN_GROUP)) return this.#random.pick(groups);
    }
    const others = this.#users.filter((other) => other !== user);
    if (known.length === 0 || this.#random.chance(0.2))
      return client.conversations.direct(this.#random.pick(others));
    // One long log has more old places than many short ones.
    if (this.#profile === 'amending' && this.#random.chance(LONG_LOG)) {
      return known.toSorted((a, b) => (a.id < b.id ? -1 : 1))[0] as Conversation;
    }
    return this.#random.pick(known);
  }

  #send(client: Client, conversation: Conversation): void {
    const [chance, countMax] = BURSTS[this.#span][this.#profile];
    const count = this.#random.chance(chance) ? this.#random.between(2, countMax) : 1;
    for (let i = 0; i < count; i++) {
      // Ends so that no text is a part of another one.
      const text = `${this.#random.pick(['你好', 'hello', '🦢'])} ${++this.#textCount}.`;
      const sending = conversation.send(text);
      sending.sent.then(
        (message) => {
          if (message.seq !== null) this.#history.acknowledged(conversation.id, message.seq, text);
        },
        (error: { code?: string }) => {
          if (error.code !== undefined && isRefusal(error.code)) this.#history.refused(text);
        },
      );
      if (this.#random.chance(0.02)) {
        sending.cancel().catch(this.#ignore);
      }
    }
    client.unread.get();
  }

  #edit(client: Client, conversation: Conversation, actor: Actor): void {
    const message = this.#pick(
      this.#place(conversation, actor),
      (item) => item.mine && item.kind === 'text' && item.seq !== null,
    );
    if (message !== null) client.messages.edit(message, `edited ${++this.#textCount}`).catch(this.#ignore);
  }

  #recall(client: Client, conversation: Conversation, actor: Actor): void {
    const message = this.#pick(
      this.#place(conversation, actor),
      (item) => item.mine && item.kind === 'text' && item.seq !== null,
    );
    if (message !== null) client.messages.recall(message).catch(this.#ignore);
  }

  #react(client: Client, conversation: Conversation, actor: Actor): void {
    const message = this.#pick(
      this.#place(conversation, actor),
      (item) => item.kind === 'text' && item.seq !== null,
    );
    if (message !== null)
      client.messages.react(message, this.#random.pick(['👍', '[大笑]'])).catch(this.#ignore);
  }

  #readMiddle(conversation: Conversation): void {
    const message = this.#pick(conversation.messages, (item) => item.seq !== null);
    if (message !== null) conversation.markRead(message);
  }

  /** Somebody follows a quote, or scrolls far back: an island in the history. */
  #openWindow(conversation: Conversation, { windows }: Actor): void {
    const newest = headOf(conversation);
    if (newest < 2 || windows.length >= WINDOWS_MAX) return;
    windows.push({ conversation, timeline: conversation.open({ seq: this.#random.between(1, newest) }) });
  }

  #changeMembers(client: Client, conversation: Conversation): void {
    const someone = this.#random.pick(this.#users);
    const isEnough = this.#span === 'short' && this.#groups.length >= GROUPS_MAX;
    const roll = isEnough ? this.#random.between(2, 5) : this.#random.int(6);
    if (roll < 2) {
      const users = this.#users.filter(() => this.#random.chance(0.7));
      client.conversations
        .createGroup({ title: `group ${++this.#textCount}`, users })
        .then(({ id }) => this.#groups.push(id), this.#ignore);
    } else if (roll === 2) conversation.invite([someone]).catch(this.#ignore);
    else if (roll === 3) conversation.kick([someone]).catch(this.#ignore);
    else if (roll === 4) conversation.leave().catch(this.#ignore);
    else conversation.update({ title: `title ${++this.#textCount}` }).catch(this.#ignore);
  }

  /** Where something is changed: among the newest, or in an old place that somebody has open. */
  #place(conversation: Conversation, { windows }: Actor): Timeline {
    const old = windows.filter((window) => window.conversation.id === conversation.id);
    if (this.#profile === 'everyday' || old.length === 0) return conversation.messages;
    return this.#random.pick([conversation.messages, ...old.map(({ timeline }) => timeline)]);
  }

  #pick(timeline: Timeline, isWanted: (item: Message) => boolean): Message | null {
    const items = timeline.get().filter(isWanted);
    return items.length === 0 ? null : this.#random.pick(items);
  }
}

/** Codes that are the server's last word; the others leave open whether the message will be stored. */
function isRefusal(code: string): boolean {
  return ['message.', 'permission.', 'limit.', 'user.', 'conflict.'].some((family) =>
    code.startsWith(family),
  );
}

function headOf(conversation: Conversation): number {
  return conversation.messages.get().findLast((item) => item.seq !== null)?.seq ?? 0;
}
