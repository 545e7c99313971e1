import type { CacheSnapshot, Client, Conversation, Message } from '@skein/client';
import { ENTRY_KIND } from '@skein/model';
import type { SeededRandom } from '@skein/testkit';
import type { History } from '../checkers/history.ts';
import { textOf } from '../checkers/stored-log.ts';
import type { Window } from '../checkers/view.ts';

/** Whoever acts: the user, and the further windows open on this device. */
export interface Actor {
  readonly user: string;
  readonly windows: Window[];
}

const WINDOWS_MAX = 3;
const NEW_FACE = 0.1;
const FAVOURITE = 0.6;

/** What people do: each call is one thing, chosen by the seed. Everything goes through the public SDK. */
export class Workload {
  readonly #random: SeededRandom;
  readonly #history: History;
  readonly #users: readonly string[];
  #textCount = 0;
  /** Promises that reject when the server refuses: an answer like any other here. */
  readonly #ignore = (): void => undefined;

  constructor(random: SeededRandom, history: History, users: readonly string[]) {
    this.#random = random;
    this.#history = history;
    this.#users = users;
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
    const roll = this.#random.int(100);
    if (roll < 40) this.#send(client, conversation);
    else if (roll < 50) conversation.markRead();
    else if (roll < 63) this.#edit(client, conversation);
    else if (roll < 70) this.#recall(client, conversation);
    else if (roll < 79) this.#react(client, conversation);
    else if (roll < 82) conversation.setTyping();
    else if (roll < 87) conversation.messages.loadOlder(this.#random.pick([1, 3, 20])).catch(this.#ignore);
    else if (roll < 89) this.#readMiddle(conversation);
    else if (roll < 93) this.#openWindow(conversation, actor);
    else this.#changeMembers(client, conversation);
  }

  #choose(client: Client, user: string): Conversation {
    const known = client.conversations.list().get();
    const others = this.#users.filter((other) => other !== user);
    if (known.length === 0 || this.#random.chance(0.2))
      return client.conversations.direct(this.#random.pick(others));
    return this.#random.pick(known);
  }

  #send(client: Client, conversation: Conversation): void {
    const count = this.#random.chance(0.25) ? this.#random.between(2, 20) : 1;
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

  #edit(client: Client, conversation: Conversation): void {
    const message = this.#pick(
      conversation,
      (item) => item.mine && item.kind === 'text' && item.seq !== null,
    );
    if (message !== null) client.messages.edit(message, `edited ${++this.#textCount}`).catch(this.#ignore);
  }

  #recall(client: Client, conversation: Conversation): void {
    const message = this.#pick(
      conversation,
      (item) => item.mine && item.kind === 'text' && item.seq !== null,
    );
    if (message !== null) client.messages.recall(message).catch(this.#ignore);
  }

  #react(client: Client, conversation: Conversation): void {
    const message = this.#pick(conversation, (item) => item.kind === 'text' && item.seq !== null);
    if (message !== null)
      client.messages.react(message, this.#random.pick(['👍', '[大笑]'])).catch(this.#ignore);
  }

  #readMiddle(conversation: Conversation): void {
    const message = this.#pick(conversation, (item) => item.seq !== null);
    if (message !== null) conversation.markRead(message);
  }

  /** Somebody follows a quote, or scrolls far back: an island in the history. */
  #openWindow(conversation: Conversation, { windows }: Actor): void {
    const newest = conversation.messages.get().findLast((item) => item.seq !== null)?.seq ?? 0;
    if (newest < 2 || windows.length >= WINDOWS_MAX) return;
    windows.push({ conversation, timeline: conversation.open({ seq: this.#random.between(1, newest) }) });
  }

  #changeMembers(client: Client, conversation: Conversation): void {
    const someone = this.#random.pick(this.#users);
    const roll = this.#random.int(6);
    if (roll < 2) {
      const users = this.#users.filter(() => this.#random.chance(0.7));
      client.conversations.createGroup({ title: `group ${++this.#textCount}`, users }).catch(this.#ignore);
    } else if (roll === 2) conversation.invite([someone]).catch(this.#ignore);
    else if (roll === 3) conversation.kick([someone]).catch(this.#ignore);
    else if (roll === 4) conversation.leave().catch(this.#ignore);
    else conversation.update({ title: `title ${++this.#textCount}` }).catch(this.#ignore);
  }

  #pick(conversation: Conversation, isWanted: (item: Message) => boolean): Message | null {
    const items = conversation.messages.get().filter(isWanted);
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
