import { ENTRY_KIND } from '@skein/model';
import { type Counter, type Fact, idOfServerEntry, type SeenEntry } from './facts.ts';
import type { Fault, Report } from './violation.ts';

type FactOf<Name extends Fact['fact']> = Extract<Fact, { fact: Name }>;

/** One send, as its device wrote it down. */
interface SendRecord {
  readonly device: string;
  readonly counter: number;
  readonly id: string;
  ackedSeq: number;
  refusal: string | null;
}

/** What is at one seq, by all accounts. */
interface LogRow {
  id: string;
  readonly kind: number;
  readonly target: number;
}

/** One device's screen. */
interface Screen {
  readonly device: string;
  /** The newest seq shown: a screen grows downwards. */
  lastSeq: number;
  readonly seqs: Set<number>;
  readonly recalled: Set<number>;
  /** Where the view ended, while its user is not a member. */
  leftAt: number | null;
  complete: FactOf<'complete'> | null;
}

const SERVER_KINDS: readonly number[] = [ENTRY_KIND.member, ENTRY_KIND.settings];

/** All accounts of one conversation, held against each other. */
export class ConversationRecord {
  readonly #conversation: number;
  readonly #reportFault: Report;
  readonly #sends = new Map<string, SendRecord>();
  readonly #sendsByCounter = new Map<string, SendRecord>();
  readonly #log = new Map<number, LogRow>();
  readonly #seqById = new Map<string, number>();
  readonly #recalledTargets = new Set<number>();
  readonly #screens = new Map<string, Screen>();
  // `device user` → the furthest marker it was told of.
  readonly #reads = new Map<string, number>();
  readonly #shownEdits: FactOf<'edited'>[] = [];
  #furthestRead = { user: 0, seq: 0 };
  #head = 0;

  constructor(conversation: number, report: Report) {
    this.#conversation = conversation;
    this.#reportFault = report;
  }

  sent(fact: FactOf<'sent'>): void {
    const { device, counter, id } = fact;
    const send: SendRecord = { device, counter, id, ackedSeq: 0, refusal: null };
    this.#sends.set(id, send);
    this.#sendsByCounter.set(keyOf(fact), send);
  }

  acked(fact: FactOf<'acked'>): void {
    const send = this.#sendsByCounter.get(keyOf(fact));
    if (send === undefined) return this.#report('seen but never sent', `ack of ${keyOf(fact)}`);
    if (send.ackedSeq !== 0 && send.ackedSeq !== fact.seq)
      this.#report('acked at two seqs', `${send.id}: ${send.ackedSeq} and ${fact.seq}`);
    send.ackedSeq = fact.seq;
    this.#head = Math.max(this.#head, fact.seq);
  }

  refused(fact: FactOf<'refused'>): void {
    const send = this.#sendsByCounter.get(keyOf(fact));
    if (send !== undefined) send.refusal = fact.code;
  }

  seen(fact: FactOf<'seen'>): void {
    this.compare(fact);
    this.#show(fact);
  }

  /** A screen that shows folds instead of entries: the text there is that of the latest edit. */
  edited(fact: FactOf<'edited'>): void {
    this.#show(fact);
    this.#shownEdits.push(fact);
  }

  #show(fact: SeenEntry): void {
    const screen = this.#screenOf(fact.device);
    if (screen.seqs.has(fact.seq)) this.#report('seen twice', `${fact.seq} on ${fact.device}`);
    else if (fact.seq < screen.lastSeq)
      this.#report('seen out of order', `${fact.seq} after ${screen.lastSeq} on ${fact.device}`);
    screen.seqs.add(fact.seq);
    screen.lastSeq = Math.max(screen.lastSeq, fact.seq);
    if (screen.recalled.has(fact.seq) && fact.id !== '')
      this.#report('seen after its recall', `${fact.id} at ${fact.seq} on ${fact.device}`);
    if (fact.kind === ENTRY_KIND.recall) screen.recalled.add(fact.target);
    if (screen.leftAt !== null && fact.seq > screen.leftAt)
      this.#report('seen outside of membership', `${fact.seq} on ${fact.device}, left at ${screen.leftAt}`);
  }

  /** Every account of one seq says the same; what was erased meanwhile has no id any more. */
  compare({ seq, id, kind, target, device }: SeenEntry): void {
    this.#head = Math.max(this.#head, seq);
    if (kind === ENTRY_KIND.recall) this.#recalledTargets.add(target);
    const known = this.#log.get(seq);
    if (known === undefined) this.#log.set(seq, { id, kind, target });
    else if (known.kind !== kind || known.target !== target)
      this.#report('two ids at one seq', `${seq}: kind ${known.kind} and ${kind} (${device})`);
    else if (known.id === '') known.id = id;
    else if (id !== '' && known.id !== id)
      this.#report('two ids at one seq', `${seq}: ${known.id} and ${id} (${device})`);
    if (id === '' || SERVER_KINDS.includes(kind)) return;
    const elsewhere = this.#seqById.get(id);
    if (elsewhere === undefined) this.#seqById.set(id, seq);
    else if (elsewhere !== seq)
      this.#report('one id at two seqs', `${id}: ${elsewhere} and ${seq} (${device})`);
  }

  entered({ device }: FactOf<'entered'>): void {
    this.#screenOf(device).leftAt = null;
  }

  left({ device, head }: FactOf<'left'>): void {
    const screen = this.#screenOf(device);
    screen.leftAt = head;
    if (screen.lastSeq > head)
      this.#report(
        'seen outside of membership',
        `${screen.lastSeq} on ${device}, whose view ends at ${head}`,
      );
  }

  read({ device, user, seq }: FactOf<'read'>): void {
    const key = `${device} ${user}`;
    const before = this.#reads.get(key) ?? 0;
    if (seq < before)
      this.#report('read marker went back', `user ${user} from ${before} to ${seq} on ${device}`);
    this.#reads.set(key, Math.max(before, seq));
    if (seq > this.#furthestRead.seq) this.#furthestRead = { user, seq };
  }

  complete(fact: FactOf<'complete'>): void {
    this.#screenOf(fact.device).complete = fact;
  }

  finish(): void {
    for (const [seq, row] of this.#log) this.#judgeRow(seq, row);
    for (const send of this.#sends.values()) this.#judgeSend(send);
    this.#judgeSendOrder();
    this.#judgeEdits();
    // Only now: a device may hear of a marker before it has seen the entry that it names.
    const { user, seq } = this.#furthestRead;
    if (seq > this.#head) this.#report('read past the end', `user ${user} at ${seq}, head ${this.#head}`);
    this.#judgeScreens();
  }

  #judgeRow(seq: number, row: LogRow): void {
    if (SERVER_KINDS.includes(row.kind)) {
      if (row.id !== idOfServerEntry(row.kind)) this.#report('seen but never sent', `${row.id} at ${seq}`);
      return;
    }
    if (row.id === '') {
      if (!this.#recalledTargets.has(row.kind === ENTRY_KIND.edit ? row.target : seq))
        this.#report('seen but never sent', `an empty body at ${seq}, which nobody recalled`);
      return;
    }
    const send = this.#sends.get(row.id);
    if (send === undefined) this.#report('seen but never sent', `${row.id} at ${seq}`);
    else if (send.refusal !== null) this.#report('refused but seen', `${row.id} at ${seq}: ${send.refusal}`);
    else if (send.ackedSeq !== 0 && send.ackedSeq !== seq)
      this.#report('acked elsewhere than seen', `${row.id}: acked ${send.ackedSeq}, seen ${seq}`);
  }

  #judgeSend(send: SendRecord): void {
    if (send.ackedSeq === 0) {
      if (send.refusal === null) this.#report('never answered', send.id);
      return;
    }
    // Somebody other than the sending device has to have seen it: an ack is no evidence for itself.
    const witnesses = [...this.#screens.values()].filter(
      ({ device, seqs }) => device !== send.device && seqs.has(send.ackedSeq),
    );
    if (witnesses.length === 0) this.#report('acked but never seen', `${send.id} at ${send.ackedSeq}`);
  }

  /** A device's sends are in the log in the order in which it made them. */
  #judgeSendOrder(): void {
    const last = new Map<string, SendRecord>();
    for (const [seq, row] of [...this.#log].toSorted(([a], [b]) => a - b)) {
      const send = this.#sends.get(row.id);
      if (send === undefined) continue;
      const before = last.get(send.device);
      if (before !== undefined && before.counter > send.counter)
        this.#report('own entries out of send order', `${send.id} at ${seq} after ${before.id}`);
      last.set(send.device, send);
    }
  }

  #judgeEdits(): void {
    const latest = new Map<number, { seq: number; id: string }>();
    for (const [seq, { kind, target, id }] of this.#log) {
      if (kind === ENTRY_KIND.edit && seq > (latest.get(target)?.seq ?? 0)) latest.set(target, { seq, id });
    }
    for (const { device, seq, id } of this.#shownEdits) {
      const expected = latest.get(seq)?.id ?? 'none';
      if (expected !== id)
        this.#report('not the latest edit', `${seq} on ${device} shows ${id}, not ${expected}`);
    }
  }

  #judgeScreens(): void {
    const claims = [...this.#screens.values()].flatMap(({ complete }) => complete ?? []);
    // A screen of messages need not show the entry at the head.
    const heads = new Set(claims.flatMap(({ head, scope }) => (scope === 'entries' ? [head] : [])));
    const head = Math.max(0, ...claims.map((claim) => claim.head));
    for (const { device, seqs, complete } of this.#screens.values()) {
      if (complete === null) continue;
      for (let seq = 1; seq <= head; seq++) {
        const isWanted = complete.scope === 'entries' || this.#log.get(seq)?.kind === ENTRY_KIND.message;
        if (isWanted && !seqs.has(seq)) this.#report('gap after quiet', `${seq} of ${head} on ${device}`);
      }
    }
    if (heads.size > 1) this.#report('not converged', `heads ${[...heads].join(', ')}`);
    if (claims.length > 0 && this.#head > head)
      this.#report('acked but never seen', `seq ${this.#head} was told of, but the log ends at ${head}`);
  }

  #screenOf(device: string): Screen {
    let screen = this.#screens.get(device);
    if (screen === undefined) {
      screen = { device, lastSeq: 0, seqs: new Set(), recalled: new Set(), leftAt: null, complete: null };
      this.#screens.set(device, screen);
    }
    return screen;
  }

  #report(fault: Fault, detail: string): void {
    this.#reportFault(fault, `conversation ${this.#conversation}: ${detail}`);
  }
}

function keyOf({ device, counter }: Counter): string {
  return `${device} ${counter}`;
}
