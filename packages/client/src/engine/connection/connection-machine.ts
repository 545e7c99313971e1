import { unreachable } from '@skein/model';
import { closeAdvice } from '@skein/protocol';

/**
 * The life of a connection, without sockets and clocks. Rules CL1–CL8.
 *
 *            start                opened              welcomed               caught-up
 *   ┌──────┐ ─────▶ ┌────────────┐ ────▶ ┌──────────┐ ──────▶ ┌─────────────┐ ──────▶ ┌────────┐
 *   │ idle │        │ connecting │       │ greeting │         │ catching-up │         │ online │
 *   └──────┘        └────────────┘       └──────────┘         └─────────────┘         └────────┘
 *                      ▲     │ lost           │ lost                 │ lost               │ lost
 *                retry │     ▼                ▼                      ▼                    ▼
 *                   ┌─────────┐ ◀───────────────────────────────────────────────────────────
 *                   │ waiting │        a close code of the stop range: ▶ blocked
 *                   └─────────┘        pause: ▶ paused (resume: ▶ connecting)   stop: ▶ closed
 */
export type Phase =
  | { readonly name: 'idle' | 'paused' | 'closed' }
  | { readonly name: 'connecting' | 'greeting' }
  | {
      readonly name: 'catching-up' | 'online';
      readonly welcomedAtMs: number;
      readonly failuresBefore: number;
    }
  | { readonly name: 'waiting'; readonly delayMs: number | null; readonly cause: 'network' | 'server' }
  | { readonly name: 'blocked'; readonly code: number; readonly reason: string };

export interface ConnectionState {
  readonly phase: Phase;
  /** Counts attempts for ever: whatever an older socket says is not listened to. */
  readonly generation: number;
  /** Attempts in a row that did not end in a working connection. */
  readonly failures: number;
  /** A fresh access token was already asked for since the last sign-in. */
  readonly hasRefreshed: boolean;
}

export type ConnectionEvent =
  | { readonly type: 'start' | 'pause' | 'resume' | 'stop' | 'retry' }
  /** Something other than the server's word makes going on pointless. */
  | { readonly type: 'block'; readonly reason: string }
  | { readonly type: 'opened' | 'caught-up'; readonly generation: number }
  | { readonly type: 'welcomed'; readonly generation: number; readonly atMs: number }
  | {
      readonly type: 'lost';
      readonly generation: number;
      readonly code: number;
      readonly reason: string;
      readonly atMs: number;
    };

export type ConnectionEffect =
  | { readonly type: 'open'; readonly generation: number }
  | { readonly type: 'close-link' | 'greet' | 'heartbeat' | 'refresh-token' | 'cancel-wait' | 'say-goodbye' }
  | { readonly type: 'wait'; readonly delayMs: number };

export interface ConnectionPolicy {
  /** See ReconnectPolicy, with the randomness already in it. */
  readonly delayMs: (attempt: number) => number | null;
  /** A connection that lasted less does not count as a success: no tight loop with a server that drops us. */
  readonly stableMs: number;
  /** Random part of this before the first attempt when a server says that it restarts: everybody comes at once. */
  readonly spreadMs: () => number;
}

type Step = readonly [ConnectionState, readonly ConnectionEffect[]];

export const INITIAL_CONNECTION: ConnectionState = {
  phase: { name: 'idle' },
  generation: 0,
  failures: 0,
  hasRefreshed: false,
};

export function stepConnection(
  state: ConnectionState,
  event: ConnectionEvent,
  policy: ConnectionPolicy,
): Step {
  switch (event.type) {
    case 'start':
      return state.phase.name === 'idle' ? connect(state, []) : [state, []];
    case 'resume':
      return state.phase.name === 'paused' ? connect({ ...state, failures: 0 }, []) : [state, []];
    case 'retry':
      // [CL7] Asked by a person, or by the platform that sees a network: the wait is over, whatever it was for. An attempt
      // that has not come to anything began in another network, where its packets may have been lost.
      return isWaitingForSomebody(state)
        ? connect(state, [{ type: 'close-link' }, { type: 'cancel-wait' }])
        : [state, []];
    case 'block':
      return state.phase.name === 'closed'
        ? [state, []]
        : leave(state, { name: 'blocked', code: 0, reason: event.reason });
    case 'pause':
      return isOver(state) || state.phase.name === 'paused' ? [state, []] : leave(state, { name: 'paused' });
    case 'stop':
      return state.phase.name === 'closed' ? [state, []] : leave(state, { name: 'closed' });
    case 'opened':
      return advance(state, event.generation, 'connecting', () => [
        { ...state, phase: { name: 'greeting' } },
        [{ type: 'greet' }],
      ]);
    case 'welcomed':
      return advance(state, event.generation, 'greeting', () => welcome(state, event.atMs));
    case 'caught-up':
      return advance(state, event.generation, 'catching-up', () => [
        { ...state, phase: { ...(state.phase as SignedIn), name: 'online' } },
        [],
      ]);
    case 'lost':
      return event.generation === state.generation && isConnected(state)
        ? lose(state, event, policy)
        : [state, []];
    default:
      return unreachable(event);
  }
}

type SignedIn = Extract<Phase, { welcomedAtMs: number }>;

/** True while a socket of the current generation is in use. */
export function isConnected({ phase }: ConnectionState): boolean {
  return ['connecting', 'greeting', 'catching-up', 'online'].includes(phase.name);
}

export function isSignedIn({ phase }: ConnectionState): boolean {
  return phase.name === 'catching-up' || phase.name === 'online';
}

function isWaitingForSomebody({ phase }: ConnectionState): boolean {
  return ['connecting', 'greeting', 'waiting', 'blocked'].includes(phase.name);
}

function isOver({ phase }: ConnectionState): boolean {
  return phase.name === 'blocked' || phase.name === 'closed';
}

function connect(state: ConnectionState, before: readonly ConnectionEffect[]): Step {
  const generation = state.generation + 1;
  return [{ ...state, generation, phase: { name: 'connecting' } }, [...before, { type: 'open', generation }]];
}

/** [CL1] Steps happen in order and only for the socket that is in use. */
function advance(state: ConnectionState, generation: number, from: Phase['name'], next: () => Step): Step {
  return generation === state.generation && state.phase.name === from ? next() : [state, []];
}

/** [CL2] Only the login receipt resets the schedule, and only from here on are heartbeats sent. */
function welcome(state: ConnectionState, atMs: number): Step {
  const phase: Phase = { name: 'catching-up', welcomedAtMs: atMs, failuresBefore: state.failures };
  return [{ ...state, phase, failures: 0 }, [{ type: 'heartbeat' }]];
}

/** [CL3] A deliberate end says goodbye, so that the server does not wait for us, and is not followed by a reconnect. */
function leave(state: ConnectionState, phase: Phase): Step {
  const goodbye: readonly ConnectionEffect[] = isSignedIn(state) ? [{ type: 'say-goodbye' }] : [];
  const link: readonly ConnectionEffect[] = isConnected(state) ? [{ type: 'close-link' }] : [];
  return [{ ...state, phase }, [...goodbye, ...link, { type: 'cancel-wait' }]];
}

function lose(
  state: ConnectionState,
  { code, reason, atMs }: Extract<ConnectionEvent, { type: 'lost' }>,
  policy: ConnectionPolicy,
): Step {
  const advice = closeAdvice(code);
  const life = lifeOf(state, atMs, policy);
  const isRefreshDue = advice === 'refresh' && !(state.hasRefreshed && life !== 'stable');
  // [CL4] The code's range decides. A token that is refused again right after a refresh will not get better.
  if (advice === 'stop' || (advice === 'refresh' && !isRefreshDue)) {
    return [{ ...state, phase: { name: 'blocked', code, reason } }, [{ type: 'close-link' }]];
  }
  if (isRefreshDue) {
    return connect({ ...state, hasRefreshed: true }, [{ type: 'close-link' }, { type: 'refresh-token' }]);
  }
  // [CL6] A server that lets us in and drops us at once must not be asked in a tight loop.
  const failures = (life === 'short' ? (state.phase as SignedIn).failuresBefore : state.failures) + 1;
  const hasRefreshed = state.hasRefreshed && life !== 'stable';
  const cause = code >= 4000 && code < 4100 ? 'server' : 'network';
  const delayMs = policy.delayMs(failures);
  // [CL5] A server that restarts or is overloaded tells everybody at once; nobody comes back in the same instant.
  const spreadMs = delayMs === 0 && cause === 'server' ? policy.spreadMs() : delayMs;
  return [
    { ...state, failures, hasRefreshed, phase: { name: 'waiting', delayMs: spreadMs, cause } },
    [{ type: 'close-link' }, ...(spreadMs === null ? [] : [{ type: 'wait', delayMs: spreadMs } as const])],
  ];
}

/** Whether the connection got as far as the login, and lasted after it. */
function lifeOf(state: ConnectionState, atMs: number, policy: ConnectionPolicy): 'none' | 'short' | 'stable' {
  if (!isSignedIn(state)) return 'none';
  return atMs - (state.phase as SignedIn).welcomedAtMs < policy.stableMs ? 'short' : 'stable';
}
