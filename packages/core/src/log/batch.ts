import { ENTRY_KIND, type Entry, type Position } from '@skein/model';
import type { CommitBatch, ConversationRow, MemberRow, RefusalRow, SentKeyRow } from '../ports/store.ts';
import type { LogCommand, LogResult } from './log-command.ts';
import type { MembershipChange } from './log-events.ts';

/** A command that waits for its batch. */
export interface Submission {
  readonly command: LogCommand;
  readonly origin: object | null;
  readonly done: (result: LogResult) => void;
}

/** One change of the state: at most one entry, with the rows that belong to it. */
export interface Step {
  readonly conversation: Entry['conversation'];
  readonly entry: Entry | null;
  /** Of the send that the entry came from; of no meaning for the server's own entries. */
  readonly hash: number;
  readonly row: ConversationRow | null;
  readonly members: readonly StepMember[];
  readonly refusal: RefusalRow | null;
  readonly sentKey: SentKeyRow | null;
}

export interface StepMember {
  readonly row: MemberRow;
  readonly change: MembershipChange | 'read';
}

/** What one commit stores, in the order in which it is applied and announced afterwards. */
export class Batch {
  readonly submissions: Submission[] = [];
  /** The answer of each submission, and how many of the steps come before it. */
  readonly results: LogResult[] = [];
  readonly stepsBefore: number[] = [];
  readonly steps: Step[] = [];
  /** Delivered markers that ride along. */
  readonly markers: MemberRow[] = [];
  #rowCount = 0;

  /** The measure of when a batch is full. */
  get rowCount(): number {
    return this.#rowCount;
  }

  addStep(step: Step): void {
    this.steps.push(step);
    this.#rowCount += 1 + step.members.length;
  }

  addMarker(row: MemberRow): void {
    this.markers.push(row);
    this.#rowCount++;
  }

  answer(submission: Submission, result: LogResult): void {
    this.submissions.push(submission);
    this.results.push(result);
    this.stepsBefore.push(this.steps.length);
  }

  toCommit(position: Position): CommitBatch {
    const entries: Entry[] = [];
    const redactions: { conversation: Entry['conversation']; seq: Entry['target'] }[] = [];
    const conversations: ConversationRow[] = [];
    const members: MemberRow[] = [];
    const refusals: RefusalRow[] = [];
    const sentKeys: SentKeyRow[] = [];
    for (const step of this.steps) {
      const { entry } = step;
      if (entry !== null) entries.push(entry);
      // [ED4] What was recalled is not kept anywhere.
      if (entry?.kind === ENTRY_KIND.recall) {
        redactions.push({ conversation: entry.conversation, seq: entry.target });
      }
      if (step.row !== null) conversations.push(step.row);
      for (const { row } of step.members) members.push(row);
      if (step.refusal !== null) refusals.push(step.refusal);
      if (step.sentKey !== null) sentKeys.push(step.sentKey);
    }
    for (const row of this.markers) members.push(row);
    return { position, entries, redactions, conversations, members, refusals, sentKeys };
  }
}
