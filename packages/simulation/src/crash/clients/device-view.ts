import { addToDigest, type ConversationId, EMPTY_DIGEST, type Seq } from '@skein/model';
import {
  type ConversationState,
  type LogEntry,
  laterTold,
  Role,
  type SyncInit,
  type SyncResult,
} from '@skein/protocol';
import type { History } from '../history/history.ts';
import { HeldLog } from './held-log.ts';
import { idOfEntry } from './sent-text.ts';

// Below what a sync answer may hold, so that holes come up and are filled.
const SYNC_WINDOW = { conversations: 20, entriesEach: 30 };

/** What a device knows and shows. It survives every connection, as a cache does, and says in the history what changed. */
export class DeviceView {
  /** The user's own number, once somebody said it. */
  me = 0;
  readonly device: string;
  readonly logs = new Map<number, HeldLog>();
  readonly conversationByTitle = new Map<string, number>();
  readonly #history: History;
  #epoch = '';
  #cursor = 0;

  constructor(device: string, history: History) {
    this.device = device;
    this.#history = history;
  }

  get sync(): SyncInit {
    const read = [...this.logs]
      .filter(([, log]) => log.isMember && log.wantedRead > log.read)
      .map(([conversation, log]) => ({ conversation, seq: log.wantedRead }));
    return { epoch: this.#epoch, cursor: this.#cursor, ...SYNC_WINDOW, read };
  }

  get memberships(): [number, HeldLog][] {
    return [...this.logs].filter(([, { isMember }]) => isMember);
  }

  logOf(conversation: number): HeldLog {
    let log = this.logs.get(conversation);
    if (log === undefined) {
      log = new HeldLog(this.device, conversation, this.#history);
      this.logs.set(conversation, log);
    }
    return log;
  }

  /** All parts of one sync answer, as one. */
  takeSync(parts: readonly SyncResult[]): void {
    if (parts.some(({ reset }) => reset) && this.#epoch !== '') this.trouble('the server forgot its history');
    for (const { changed } of parts) for (const state of changed) this.takeState(state);
    const last = parts.at(-1);
    if (last === undefined) return;
    this.#epoch = last.epoch;
    this.#cursor = last.cursor;
    this.#compareDigest(last);
  }

  takeState(state: ConversationState): void {
    const { conversation, head, role, title, headTimeMs, headOrdinal } = state;
    const log = this.logOf(conversation);
    const place = { device: this.device, conversation, head };
    if (title !== '') this.conversationByTitle.set(title, conversation);
    const isMember = role !== Role.unspecified;
    // A view that ended and ends later now: the user came back and left again while this device was away.
    const isBack = !log.isMember && (isMember || head > log.head);
    if (isBack) this.#history.add({ fact: 'entered', ...place });
    for (const entry of [...state.entries, ...state.amendments]) this.take(conversation, entry);
    log.learnHead(head);
    log.told = laterTold(log.told, { seq: head, timeMs: headTimeMs, ordinal: headOrdinal });
    if (!isMember && (log.isMember || isBack)) this.#history.add({ fact: 'left', ...place });
    log.isMember = isMember;
    if (state.read !== undefined) this.confirmRead(conversation, state.read.seq);
    for (const { user, read } of state.markers) this.sawRead(conversation, user, read);
  }

  take(conversation: number, entry: Pick<LogEntry, 'seq' | 'kind' | 'target' | 'body'>): void {
    const { seq, kind, target } = entry;
    this.logOf(conversation).take({ seq, kind, target, id: idOfEntry(conversation, entry) });
  }

  confirmRead(conversation: number, seq: number): void {
    const log = this.logOf(conversation);
    log.read = Math.max(log.read, seq);
    this.sawRead(conversation, this.me, seq);
  }

  sawRead(conversation: number, user: number, seq: number): void {
    if (seq > 0) this.#history.add({ fact: 'read', device: this.device, conversation, user, seq });
  }

  claimComplete(): void {
    for (const [conversation, { head }] of this.memberships)
      this.#history.add({ fact: 'complete', device: this.device, conversation, head, scope: 'entries' });
  }

  trouble(what: string): void {
    this.#history.add({ fact: 'trouble', device: this.device, what });
  }

  /** [CH4] After each sync the device holds exactly what the server says that it should. */
  #compareDigest(part: SyncResult): void {
    const { memberships } = this;
    const { high, low } = memberships.reduce(
      (sum, [conversation, { head, read }]) =>
        addToDigest(sum, conversation as ConversationId, head as Seq, read as Seq),
      EMPTY_DIGEST,
    );
    const own = `${high}:${low}:${memberships.length}`;
    const told = `${part.digestHigh}:${part.digestLow}:${part.memberships}`;
    this.#history.add({ fact: 'digest', device: this.device, own, told });
  }
}
