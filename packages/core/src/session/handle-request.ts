import type { Refusal } from '@skein/model';
import { refuse } from '@skein/model';
import type { Request } from '@skein/protocol';
import { answerChangePassword, answerCreateInvitation, answerRefreshSession } from './answer-account.ts';
import {
  answerChangeMembers,
  answerChangeSettings,
  answerCreateDirect,
  answerCreateGroup,
} from './answer-conversation.ts';
import { answerListDevices, answerRevokeDevice } from './answer-devices.ts';
import { answerFindPresence, answerSetPresence, answerUnwatchPresence } from './answer-presence.ts';
import { answerFindSent, answerFindUsers, answerHistory, answerListMembers } from './answer-reads.ts';
import { answerSetWill } from './answer-set-will.ts';
import { type Answer, type ReadyConnection, refusalFrom } from './ready-connection.ts';

type Ask = NonNullable<Request['ask']>;
type ValueOf<Case extends Ask['case']> = Extract<Ask, { case: Case }>['value'];

/** Answers a request, now or later. Throws and rejects only for failures of the environment and bugs. */
export type Answerer<Value> = (connection: ReadyConnection, ask: Value) => Promise<Answer | Refusal>;

const ANSWERERS: { readonly [Case in Ask['case']]: Answerer<ValueOf<Case>> } = {
  createDirect: answerCreateDirect,
  createGroup: answerCreateGroup,
  changeMembers: answerChangeMembers,
  changeSettings: answerChangeSettings,
  history: answerHistory,
  listMembers: answerListMembers,
  findUsers: answerFindUsers,
  listDevices: answerListDevices,
  revokeDevice: answerRevokeDevice,
  refreshSession: answerRefreshSession,
  changePassword: answerChangePassword,
  createInvitation: answerCreateInvitation,
  findSent: answerFindSent,
  setPresence: answerSetPresence,
  findPresence: answerFindPresence,
  unwatchPresence: answerUnwatchPresence,
  setWill: answerSetWill,
};

/** Answers that may fill a frame: one at a time, so that asking much queues little (RQ4). */
const READS: ReadonlySet<Ask['case']> = new Set([
  'history',
  'listMembers',
  'findUsers',
  'listDevices',
  'findPresence',
]);

/** [RQ1] A question with exactly one answer, which carries its id. */
export function handleRequest(connection: ReadyConnection, { id, ask }: Request): void {
  const refusal = connection.admitOther();
  if (refusal !== null) {
    connection.respond(id, toAnswer(refusal));
    return;
  }
  if (ask === undefined) {
    connection.respond(id, toAnswer(refuse('request.unknown')));
    return;
  }
  connection.begin();
  const run = (): Promise<void> => answer(connection, id, ask);
  const onBug = (error: unknown): void => connection.bug(error);
  if (READS.has(ask.case)) connection.reads.run(() => whenThereIsRoom(connection, run), onBug);
  else run().catch(onBug);
}

async function answer(connection: ReadyConnection, id: number, ask: Ask): Promise<void> {
  try {
    const answerer = ANSWERERS[ask.case] as Answerer<Ask['value']>;
    const result = await answerer(connection, ask.value).catch(refusalFrom);
    connection.respond(id, toAnswer(result));
  } finally {
    connection.settle();
  }
}

async function whenThereIsRoom(connection: ReadyConnection, run: () => Promise<void>): Promise<void> {
  if (await connection.room()) await run();
  else connection.settle();
}

function toAnswer(result: Answer | Refusal): Answer {
  if ('case' in result) return result;
  const { code, retryAfterMs, limit } = result;
  return { case: 'failure', value: { code, retryAfterMs, limit } };
}
