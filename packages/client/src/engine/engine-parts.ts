import type { Clock, ConversationId, Random, UserNumber } from '@skein/model';
import type { DownFrame, Welcome } from '@skein/protocol';
import type { Auth } from '../api/client-options.ts';
import { CacheWriter } from './cache/cache-writer.ts';
import { Connection } from './connection/connection.ts';
import type { ConnectionState } from './connection/connection-machine.ts';
import { Credentials, type StoredTokens } from './connection/credentials.ts';
import type { HeartbeatPolicy } from './connection/heartbeat-policy.ts';
import type { ReconnectPolicy } from './connection/reconnect-policy.ts';
import { Requests } from './connection/requests.ts';
import { type ProgramFacts, Session, storedTokens } from './connection/session.ts';
import type { Renewal, SessionRenewalDeps } from './connection/session-renewal.ts';
import { OpenLogs } from './fold/open-logs.ts';
import type { Changes } from './model/changes.ts';
import { Model } from './model/model.ts';
import { Outbox } from './outbox/outbox.ts';
import type { OutboxDeps } from './outbox/outbox-deps.ts';
import type { CacheProvider, ConversationRow, EntryRow } from './ports/cache-store.ts';
import type { LogSink } from './ports/log-sink.ts';
import type { Transport } from './ports/transport.ts';
import type { Windows } from './ports/windows.ts';
import { ReadMarks } from './receipts/read-marks.ts';
import { ReceiptBook } from './receipts/receipt-book.ts';
import { Typing } from './receipts/typing.ts';
import { CatchUp, type SyncKind, type SyncWindow } from './sync/catch-up.ts';
import { FrameIntake } from './sync/frame-intake.ts';
import { HoleFiller } from './sync/hole-filler.ts';
import { LogIntake } from './sync/log-intake.ts';
import { People } from './sync/people.ts';
import { ENGINE_UNITS, type EngineUnits } from './units.ts';

/** What the engine reaches the world through, and how it behaves. */
export interface EngineDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly cache: CacheProvider;
  /** In memory, for a device whose own storage fails. */
  readonly spare: CacheProvider;
  readonly log: LogSink;
  readonly auth: Auth;
  readonly program: Omit<ProgramFacts, 'heartbeatMs'>;
  readonly reconnect: ReconnectPolicy;
  readonly heartbeat: HeartbeatPolicy;
  readonly windows?: Windows | undefined;
  /** Renews sessions on their connection; without it, expiry costs a reconnect. */
  readonly renewal?: (deps: SessionRenewalDeps) => Renewal;
  readonly window?: Partial<SyncWindow>;
  readonly units?: Partial<EngineUnits>;
  /** Hears of everything that changed, once for each piece of work. */
  readonly committed: (changes: Changes) => void;
}

/** What the parts tell the engine, which knows them all. */
export interface EngineHost {
  readonly welcomed: (welcome: Welcome) => void;
  readonly frame: (frame: DownFrame) => void;
  readonly connectionChanged: (state: ConnectionState) => void;
  readonly storeTaken: () => void;
  readonly tokensChanged: (tokens: StoredTokens | null) => void;
  readonly typingChanged: (conversation: ConversationId, user: UserNumber, isTyping: boolean) => void;
  readonly addressOf: OutboxDeps['addressOf'];
  readonly openDirect: OutboxDeps['openDirect'];
  readonly compare: OutboxDeps['compare'];
  readonly recognised: (entry: EntryRow) => void;
  readonly holeClosed: (conversation: ConversationId) => void;
  readonly forget: () => void;
  readonly synced: (kind: SyncKind, changed: readonly ConversationRow[]) => void;
}

export interface EngineParts {
  readonly writer: CacheWriter;
  readonly model: Model;
  readonly credentials: Credentials;
  readonly session: Session;
  readonly connection: Connection;
  readonly requests: Requests;
  readonly renewal: Renewal | undefined;
  readonly people: People;
  readonly typing: Typing;
  readonly reads: ReadMarks;
  readonly receipts: ReceiptBook;
  readonly logs: OpenLogs;
  readonly outbox: Outbox;
  readonly intake: LogIntake;
  readonly holes: HoleFiller;
  readonly catchUp: CatchUp;
  readonly frames: FrameIntake;
}

/** Entries that come along with a sync: what the server gives at most, so that holes are the exception. */
const WINDOW: SyncWindow = { conversations: 50, entriesFirst: 30, entriesMissed: 10_000 };

type Wire = Pick<EngineParts, 'credentials' | 'session' | 'connection' | 'requests' | 'renewal'>;
type Base = Pick<EngineParts, 'writer' | 'model'> & Wire;

/** Makes the parts of an engine and connects them; the only place that knows who needs whom. */
export function assemble(deps: EngineDeps, host: EngineHost): EngineParts {
  const { clock, log } = deps;
  const writer = new CacheWriter({ clock, log, taken: host.storeTaken });
  const model = new Model({
    writer,
    committed: deps.committed,
    replaced: (before, after) => parts.logs.rowChanged(before, after),
  });
  const base: Base = { writer, model, ...assembleWire(deps, host, model, () => parts.catchUp) };
  const people = new People({ clock, model, log, requests: base.requests });
  const parts: EngineParts = { ...base, people, ...assembleLog(deps, host, base, people) };
  return parts;
}

function assembleWire(deps: EngineDeps, host: EngineHost, model: Model, catchUp: () => CatchUp): Wire {
  const { clock, random, auth } = deps;
  const stored = () => storedTokens(model);
  const credentials = new Credentials({
    clock,
    auth,
    stored,
    store: host.tokensChanged,
  });
  const program = { ...deps.program, heartbeatMs: deps.heartbeat.intervalMs };
  const session = new Session({ model, random, credentials, program });
  const connection = new Connection(
    { ...deps, together: (work) => model.together(work) },
    {
      hello: () => session.hello(() => catchUp().first()),
      welcomed: host.welcomed,
      frame: host.frame,
      tokenExpired: () => credentials.expired(),
      changed: host.connectionChanged,
    },
  );
  const requests = new Requests({
    clock,
    send: (frame) => connection.send(frame),
    probe: () => connection.probe(),
  });
  const renewal = deps.renewal?.({ clock, log: deps.log, random, requests, credentials, stored });
  return { credentials, session, connection, requests, renewal };
}

function assembleLog(
  deps: EngineDeps,
  host: EngineHost,
  { writer, model, connection, requests }: Base,
  people: People,
): Omit<EngineParts, keyof Base | 'people'> {
  const { clock, log } = deps;
  const units = { ...ENGINE_UNITS, ...deps.units };
  const send = connection.send.bind(connection);
  const logs = new OpenLogs({ model, writer, log, people, outbox: () => outbox });
  const outbox: Outbox = assembleOutbox(deps, host, { writer, model, connection, logs });
  const logOf = (conversation: ConversationId) => logs.get(conversation);
  const intake = new LogIntake({
    model,
    writer,
    logOf,
    addRange: units.addRange,
    recognised: host.recognised,
  });
  const holes: HoleFiller = new HoleFiller({
    clock,
    model,
    intake,
    log,
    requests,
    sync: (kind) => catchUp.start(kind),
    closed: host.holeClosed,
  });
  const reads = new ReadMarks({ clock, model, send, isOnline: () => connection.isSignedIn });
  const catchUp = new CatchUp({
    model,
    intake,
    log,
    send,
    window: { ...WINDOW, ...deps.window },
    sameDigest: units.sameDigest,
    unconfirmedReads: () => reads.unconfirmed(),
    forget: host.forget,
    applied: host.synced,
  });
  const stored = () =>
    writer.flush().catch((error: unknown) => log('warn', 'acknowledged but not stored', error));
  const receipts = new ReceiptBook({ clock, send, stored });
  const typing = new Typing({ clock, send, changed: host.typingChanged });
  const frames = new FrameIntake({ model, intake, logs, holes, catchUp, outbox, receipts, typing });
  return { logs, outbox, intake, holes, reads, catchUp, receipts, typing, frames };
}

function assembleOutbox(
  { clock, random, log, units }: EngineDeps,
  { addressOf, openDirect, compare }: EngineHost,
  { writer, model, connection, logs }: Pick<EngineParts, 'writer' | 'model' | 'connection' | 'logs'>,
): Outbox {
  return new Outbox({
    clock,
    random,
    log,
    writer,
    addressOf,
    openDirect,
    compare,
    counters: (units?.counters ?? ENGINE_UNITS.counters)(),
    together: (work) => model.together(work),
    send: (frame) => connection.send(frame),
    overdue: () => connection.probe(),
    changed: (row, outcome) => {
      logs.changed(row);
      model.changes.outbox.set(row.order, { row, outcome, entry: null });
    },
  });
}
