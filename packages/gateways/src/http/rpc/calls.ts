import { randomUUID } from 'node:crypto';
import type {
  AckInit,
  AskPresence,
  HelloInit,
  Read,
  RefreshSession,
  Send,
  SignIn,
  Transient,
  Typing,
  UpFrame,
} from '@skein/protocol';
import type { Exchange } from '../exchange.ts';
import { newInstallation } from '../exchange.ts';
import { invalid, problemOfRefusal } from '../problem.ts';
import { parseWord } from '../seat/bearer.ts';
import type { Ask, Outcome, Seat } from '../seat/seat.ts';
import type { Seats } from '../seat/seats.ts';
import type { Tickets } from '../sse/tickets.ts';

/** How a procedure is carried out: by whoever asks, or by whoever the token of the request says it is. */
export type Call =
  | { readonly by: 'anyone'; readonly run: (input: object, at: CallPlace) => Promise<Outcome<object>> }
  | { readonly by: 'user'; readonly run: (input: object, at: SeatPlace) => Promise<Outcome<object>> };

export interface CallPlace {
  readonly exchange: Exchange;
  readonly seats: Seats;
  readonly tickets: Tickets;
}

export interface SeatPlace extends CallPlace {
  readonly seat: Seat;
}

/** What procedures are to the core (rule HT2); those that are not here are written out by whoever streams them. */
export const CALLS: Readonly<Record<string, Call>> = {
  'Accounts/SignIn': { by: 'anyone', run: (input, at) => signIn(input as SignIn, at) },
  'Accounts/Refresh': { by: 'anyone', run: (input, at) => refresh(input as RefreshSession, at) },
  'Accounts/SignOut': { by: 'user', run: (_input, { seat }) => seat.signOut() },
  'Accounts/ChangePassword': asking('changePassword'),
  'Accounts/CreateInvitation': asking('createInvitation'),
  'Conversations/CreateDirect': asking('createDirect'),
  'Conversations/CreateGroup': asking('createGroup'),
  'Conversations/ChangeSettings': asking('changeSettings'),
  'Messages/Send': { by: 'user', run: (input, at) => send(input as Send, at) },
  'Messages/History': asking('history'),
  'Messages/Read': telling((value) => ({ case: 'read', value: value as Read })),
  'Messages/Typing': telling((value) => ({ case: 'typing', value: value as Typing })),
  'Messages/Transient': telling((value) => ({ case: 'transient', value: value as Transient })),
  'Messages/FindSent': asking('findSent'),
  'Messages/SetWill': asking('setWill'),
  'Members/List': asking('listMembers'),
  'Members/Change': asking('changeMembers'),
  'Users/Find': asking('findUsers'),
  'Users/FindPresence': { by: 'user', run: (input, { seat }) => findPresence(input as AskPresence, seat) },
  'Users/SetPresence': asking('setPresence'),
  'Devices/List': asking('listDevices'),
  'Devices/Revoke': asking('revokeDevice'),
  'Streams/CreateTicket': { by: 'user', run: createTicket },
};

/** A request of the native wire: its answer is the procedure's. */
function asking(name: Ask['case']): Call {
  return {
    by: 'user',
    run: (value, { seat }) => seat.answerTo({ case: name, value } as Ask),
  };
}

/** A frame that nobody answers. */
function telling(frameOf: (input: object) => UpFrame): Call {
  return {
    by: 'user',
    run: async (input, { seat }) => {
      seat.tell(frameOf(input));
      return { value: {} };
    },
  };
}

async function signIn(
  { auth, installation, ...rest }: SignIn,
  { exchange, seats }: CallPlace,
): Promise<Outcome<object>> {
  if (auth === undefined) return { problem: problemOfRefusal({ code: 'auth.required' }) };
  const { deviceKind, deviceName, app, appVersion } = rest;
  const hello: HelloInit & { installation: string } = {
    installation: installation === '' ? newInstallation() : installation,
    deviceKind: deviceKind === '' ? 'bot' : deviceKind,
    deviceName,
    app: app === '' ? 'http' : app,
    appVersion,
    auth,
  };
  return seats.signIn(hello, exchange.peer);
}

async function refresh(
  { refreshToken }: RefreshSession,
  { exchange, seats }: CallPlace,
): Promise<Outcome<object>> {
  const word = parseWord(refreshToken);
  if (word === null) return { problem: problemOfRefusal({ code: 'auth.bad_credentials' }) };
  const { installation, token } = word;
  return seats.signIn({ installation, auth: { case: 'refreshToken', value: token } }, exchange.peer);
}

/** Once: there is no connection here that changes could be told on. */
function findPresence({ users }: AskPresence, seat: Seat): Promise<Outcome<object>> {
  return seat.answerTo({ case: 'findPresence', value: { users, watch: false, unknown: undefined } });
}

/** [HT15] On a seat, so that a ticket is only given for a token that is good. */
async function createTicket(_input: object, { exchange, tickets }: SeatPlace): Promise<Outcome<object>> {
  const { bearer } = exchange;
  return bearer === null
    ? { problem: problemOfRefusal({ code: 'auth.required' }) }
    : { value: tickets.create(bearer) };
}

/** [HT5] The key of the header, that of the body, or one that nobody else has. */
async function send(input: Send, { exchange, seat }: SeatPlace): Promise<Outcome<AckInit>> {
  const named = idempotencyKeyOf(exchange.header('idempotency-key'));
  if (named === null) return { problem: invalid('Idempotency-Key has 1 to 64 visible characters.') };
  if (named !== '' && input.key !== '' && named !== input.key) {
    return { problem: invalid('Idempotency-Key and key are two names for one send.') };
  }
  const outcome = await seat.send({ ...input, key: named || input.key || randomUUID() });
  const { problem } = outcome;
  return problem?.code === 'conflict.duplicate' ? { problem: { ...problem, detail: KEY_IN_USE } } : outcome;
}

const KEY_IN_USE = 'This key was used for a send that said something else.';
// draft-ietf-httpapi-idempotency-key-header §2.1 has a quoted string; most programs send it bare.
const KEY = /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,64})"|([\x21\x23-\x7e]{1,64}))$/;

/** Empty where there is none; null where it is not one. */
function idempotencyKeyOf(header: string | undefined): string | null {
  if (header === undefined) return '';
  const [, quoted, bare] = KEY.exec(header) ?? [];
  return quoted ?? bare ?? null;
}
