import type {
  AmendmentRange,
  ConversationCheckpoint,
  Credentials,
  DeviceRow,
  Directory,
  EntryRange,
  RecordChange,
  RecordRange,
  SentKeyRow,
  SessionRow,
  StoredRecord,
  UserRow,
} from '@skein/core';
import type { ConversationId, DeviceNumber, Position, Seq, UserNumber } from '@skein/model';
import type { SessionKey } from './directory-reader.ts';
import type { Failure } from './failure.ts';
import type { LoadedRows } from './log-reader.ts';

/** What a worker opens before anything else is asked of it. */
export interface DataFile {
  readonly path: string;
  readonly fileBytesMax: number | null;
}

/** What crosses to the thread that writes, and what comes back once it is durable. */
export interface WriterCalls {
  /** Answers the epoch. */
  open(file: DataFile): string;
  commit(packed: ArrayBuffer): void;
  checkpoint(argument: { position: Position; conversations: readonly ConversationCheckpoint[] }): void;
  createUser(user: Parameters<Directory['createUser']>[0]): UserRow | null;
  setName(argument: { user: UserNumber; name: string }): void;
  setPassword(argument: { user: UserNumber; secrets: Parameters<Directory['setPassword']>[1] }): void;
  addScram(argument: { user: UserNumber; secrets: Parameters<Directory['addScram']>[1] }): void;
  upsertDevice(device: Omit<DeviceRow, 'number'>): DeviceRow;
  putSession(session: SessionRow): void;
  endSessions(argument: { user: UserNumber; device: DeviceNumber | undefined }): readonly SessionRow[];
  createInvitation(invitation: Parameters<Directory['createInvitation']>[0]): void;
  consumeInvitation(argument: { codeHash: string; nowMs: number }): boolean;
  forgetSentKeys(beforeMs: number): void;
  commitRecords(changes: readonly RecordChange[]): void;
}

/** What crosses to the thread that reads. Entries come back packed, see `unpackEntries`. */
export interface ReaderCalls {
  open(file: DataFile): void;
  load(argument: null): LoadedRows;
  readTail(afterPosition: Position): ArrayBuffer;
  readEntries(range: EntryRange): ArrayBuffer;
  readAmendments(range: AmendmentRange): ArrayBuffer;
  countOwn(argument: { conversation: ConversationId; user: UserNumber; afterSeq: Seq; toSeq: Seq }): number;
  findCredentials(id: string): Credentials | null;
  listDevices(user: UserNumber): readonly DeviceRow[];
  findSession(by: SessionKey): SessionRow | null;
  /** One answer per place, in their order. */
  findSentKeys(places: readonly SentKeyPlace[]): readonly (SentKeyRow | null)[];
  loadSentKeys(countMax: number): readonly SentKeyRow[];
  readRecords(range: RecordRange): readonly StoredRecord[];
}

export type SentKeyPlace = Pick<SentKeyRow, 'conversation' | 'user' | 'key'>;

export interface WorkerRequest {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

export type WorkerAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure };

/** What one transaction answers together; `tookMs` is what the disk took to make it durable, null for anything else. */
export interface WorkerMessage {
  readonly answers: readonly WorkerAnswer[];
  readonly tookMs: number | null;
}
