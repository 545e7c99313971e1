import { unreachable } from '@skein/model';
import { CLOSE_CODE } from '@skein/protocol';
import { ConversationRecord } from './conversation-record.ts';
import type { Fact } from './facts.ts';
import type { Report, Violation } from './violation.ts';

export interface HistorySummary {
  readonly violations: readonly Violation[];
  readonly counts: Readonly<Record<Fact['fact'], number>>;
}

const VIOLATIONS_MAX = 1_000;

/**
 * [CH1] Judges a run by nothing but what devices sent, were told and showed. It does not know how the server works: only that
 * a conversation has one order, that an ack is a promise, and who was a member when.
 */
export function checkHistory(facts: Iterable<Fact>): HistorySummary {
  const violations: Violation[] = [];
  const report: Report = (fault, detail) => {
    if (violations.length < VIOLATIONS_MAX) violations.push({ fault, detail });
  };
  const judge = new Judge(report);
  const counts = {} as Record<Fact['fact'], number>;
  for (const fact of facts) {
    counts[fact.fact] = (counts[fact.fact] ?? 0) + 1;
    judge.take(fact);
  }
  judge.finish();
  return { violations, counts };
}

class Judge {
  readonly #report: Report;
  readonly #conversations = new Map<number, ConversationRecord>();
  // The server ends in order this time, and has a word for everybody.
  #isStopping = false;

  constructor(report: Report) {
    this.#report = report;
  }

  take(fact: Fact): void {
    switch (fact.fact) {
      case 'device':
        return;
      case 'killed':
      case 'stopping':
        this.#isStopping = fact.fact === 'stopping';
        return;
      case 'stopped':
        if (fact.code !== 0) this.#report('trouble', `the server ended with ${fact.code}`);
        return;
      case 'ended':
        if (this.#isStopping && fact.code !== CLOSE_CODE.serverRestart)
          this.#report('cut without a word', `${fact.device}: ${fact.code}`);
        return;
      case 'digest':
        if (fact.own !== fact.told)
          this.#report('digests differ', `${fact.device}: ${fact.own}, server ${fact.told}`);
        return;
      case 'account':
        if (fact.expected !== fact.counted)
          this.#report('sums differ', `${fact.what}: ${fact.counted}, expected ${fact.expected}`);
        return;
      case 'trouble':
        this.#report('trouble', `${fact.device}: ${fact.what}`);
        return;
      default:
        this.#inConversation(fact);
    }
  }

  finish(): void {
    for (const conversation of this.#conversations.values()) conversation.finish();
  }

  #inConversation(fact: Extract<Fact, { conversation: number }>): void {
    const record = this.#recordOf(fact);
    switch (fact.fact) {
      case 'sent':
        record.sent(fact);
        return;
      case 'acked':
        record.acked(fact);
        return;
      case 'refused':
        record.refused(fact);
        return;
      case 'seen':
        record.seen(fact);
        return;
      case 'edited':
        record.edited(fact);
        return;
      case 'repeated':
        record.compare(fact);
        return;
      case 'entered':
        record.entered(fact);
        return;
      case 'left':
        record.left(fact);
        return;
      case 'read':
        record.read(fact);
        return;
      case 'complete':
        record.complete(fact);
        return;
      default:
        unreachable(fact);
    }
  }

  #recordOf({ conversation }: { readonly conversation: number }): ConversationRecord {
    let record = this.#conversations.get(conversation);
    if (record === undefined) {
      record = new ConversationRecord(conversation, this.#report);
      this.#conversations.set(conversation, record);
    }
    return record;
  }
}
