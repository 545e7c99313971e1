import type { MemberRow } from '@skein/core';
import type { Entry } from '@skein/model';
import type { StoredConversation, StoredLog } from './stored-log.ts';
import { check } from './violations.ts';

/** An entry's identity, and why there is none. */
export interface RefusedPlace {
  readonly conversation: number;
  readonly device: number;
  readonly counter: number;
  readonly code: string;
}

/** What clients were told about their sends, kept outside of every process of the simulation. */
export class History {
  readonly #stored: { readonly conversation: string; readonly seq: number; readonly text: string }[] = [];
  readonly #refusedTexts = new Set<string>();
  readonly #promisedTexts = new Set<string>();
  // "conversation/device/counter" → the code of the refusal.
  readonly #refusedPlaces = new Map<string, string>();
  /** What the last look found good, and how much had been said of refusals by then. */
  #checked: StoredLog = { conversations: new Map(), users: new Map() };
  #checkedPlaces = 0;
  // "conversation/user" → the highest stored markers.
  readonly #markers = new Map<string, { delivered: number; read: number }>();

  /** A client was told: your message is stored there. */
  acknowledged(conversation: string, seq: number, text: string): void {
    this.#stored.push({ conversation, seq, text });
  }

  /** A client was told: your message will never be in the log. */
  refused(text: string): void {
    this.#refusedTexts.add(text);
  }

  /** A device was told: this counter is used up, and nothing stands there. */
  refusedPlace({ conversation, device, counter, code }: RefusedPlace): void {
    this.#refusedPlaces.set(`${conversation}/${device}/${counter}`, code);
  }

  /** A device had this in its outbox, written down, when its process died. */
  promised(text: string): void {
    this.#promisedTexts.add(text);
  }

  get acknowledgedCount(): number {
    return this.#stored.length;
  }

  /** Holds the stored log against everything that was ever said about it. Every text is sent once, so it is its own identity. */
  check(log: StoredLog): void {
    const places = new Map<string, string>();
    for (const [id, conversation] of log.conversations) {
      const { messages } = conversation;
      if (this.#checked.conversations.get(id) !== conversation) this.#checkLog(id, conversation);
      else if (this.#refusedPlaces.size > this.#checkedPlaces) this.#checkRefused(id, conversation.entries);
      for (const message of messages.values()) {
        const original = message.texts[0] ?? '';
        if (original === '') continue;
        const place = `${id}/${message.seq}`;
        check(
          !places.has(original),
          'I2',
          () => `"${original}" is at ${places.get(original)} and at ${place}`,
        );
        check(!this.#refusedTexts.has(original), 'I15', () => `"${original}" was refused and is at ${place}`);
        places.set(original, place);
      }
    }
    this.#checkAcknowledged(log, places);
    this.#checked = log;
    this.#checkedPlaces = this.#refusedPlaces.size;
  }

  #checkLog(id: number, { entries, messages, members }: StoredConversation): void {
    checkDense(id, entries);
    for (const member of members.values()) this.#checkMarkers(id, member);
    checkProducers(id, entries);
    this.#checkRefused(id, entries);
    checkErased(id, entries, messages);
  }

  /** Once everything has settled: what was written down before a death has arrived, unless it was refused. */
  checkPromised(log: StoredLog): void {
    const texts = new Set<string>();
    for (const { messages } of log.conversations.values()) {
      for (const message of messages.values()) texts.add(message.texts[0] ?? '');
    }
    const hasRecalled = texts.has('');
    for (const text of this.#promisedTexts) {
      if (this.#refusedTexts.has(text) || hasRecalled) continue;
      check(texts.has(text), 'I6', () => `"${text}" was in an outbox when the device died and never arrived`);
    }
  }

  /** I8: what the store has of a member only grows. */
  #checkMarkers(id: number, member: MemberRow): void {
    const key = `${id}/${member.user}`;
    const before = this.#markers.get(key) ?? { delivered: 0, read: 0 };
    const { deliveredSeq: delivered, readSeq: read } = member;
    check(read >= before.read, 'I8', () => `read marker of ${key} went back from ${before.read} to ${read}`);
    check(
      delivered >= before.delivered,
      'I8',
      () => `delivered marker of ${key} went back from ${before.delivered} to ${delivered}`,
    );
    this.#markers.set(key, { delivered, read });
  }

  /** I15: what was refused has no place in the log, under its own identity either. */
  #checkRefused(id: number, entries: readonly Entry[]): void {
    if (this.#refusedPlaces.size === 0) return;
    for (const { device, counter, seq } of entries) {
      const code = this.#refusedPlaces.get(`${id}/${device}/${counter}`);
      check(
        code === undefined,
        'I15',
        () => `log ${id}: device ${device} counter ${counter} was refused as ${code} and is at seq ${seq}`,
      );
    }
  }

  #checkAcknowledged(log: StoredLog, places: ReadonlyMap<string, string>): void {
    for (const { seq, text } of this.#stored) {
      const place = places.get(text);
      // A recalled message's words are erased; that it is there is checked by its seq.
      if (place === undefined && isRecalledSomewhere(log, seq)) continue;
      check(
        place !== undefined,
        'I1',
        () => `"${text}" was acknowledged at seq ${seq} and is not in the log`,
      );
      check(
        place?.endsWith(`/${seq}`) === true,
        'I1',
        () => `"${text}" was acknowledged at seq ${seq} and is at ${place}`,
      );
    }
  }
}

/** I10: a recall erases the words in the store, not only on screens. */
function checkErased(id: number, entries: readonly Entry[], messages: StoredConversation['messages']): void {
  for (const { seq, body } of entries) {
    const isRecalled = messages.get(seq)?.isRecalled === true;
    check(
      !isRecalled || body.length === 0,
      'I10',
      () => `log ${id}: seq ${seq} was recalled and has its body`,
    );
  }
}

function isRecalledSomewhere(log: StoredLog, seq: number): boolean {
  for (const { messages } of log.conversations.values())
    if (messages.get(seq)?.isRecalled === true) return true;
  return false;
}

function checkDense(id: number, entries: readonly { readonly seq: number; readonly timeMs: number }[]): void {
  let previous = { seq: 0, timeMs: 0 };
  for (const entry of entries) {
    const before = previous;
    check(entry.seq === before.seq + 1, 'I4', () => `log ${id} goes from seq ${before.seq} to ${entry.seq}`);
    check(entry.timeMs >= before.timeMs, 'I4', () => `log ${id} goes back in time at seq ${entry.seq}`);
    previous = entry;
  }
}

/** I2 and I3: an identity once, and each device's counters in ascending order. */
function checkProducers(
  id: number,
  entries: readonly { readonly seq: number; readonly device: number; readonly counter: number }[],
): void {
  const last = new Map<number, number>();
  for (const { seq, device, counter } of entries) {
    if (device === 0) continue;
    const before = last.get(device) ?? 0;
    check(
      counter !== before,
      'I2',
      () => `log ${id}: device ${device} counter ${counter} twice, again at seq ${seq}`,
    );
    check(
      counter > before,
      'I3',
      () => `log ${id}: device ${device} counter ${counter} after ${before} at seq ${seq}`,
    );
    last.set(device, counter);
  }
}
