import type { Clock, Random, Timer } from '@skein/model';
import {
  type Close,
  type DownFrame,
  decodeDownCompact,
  encodeUpCompact,
  FrameSplitter,
  HEARTBEAT,
  type HelloInit,
  ProtocolError,
  type UpFrameInit,
  type Welcome,
} from '@skein/protocol';
import { isSkeinError } from '../../api/skein-error.ts';
import type { LogSink } from '../ports/log-sink.ts';
import type { Link, Transport } from '../ports/transport.ts';
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionPolicy,
  type ConnectionState,
  INITIAL_CONNECTION,
  isSignedIn,
  stepConnection,
} from './connection-machine.ts';
import type { HeartbeatPolicy } from './heartbeat-policy.ts';
import { Liveness } from './liveness.ts';
import type { ReconnectPolicy } from './reconnect-policy.ts';

/** A step that takes longer than this will not come: between two radio retries and a person's patience. */
const STEP_TIMEOUT_MS = 10_000;
/** A catch-up may be large; what counts is that it moves. */
const CATCH_UP_TIMEOUT_MS = 20_000;
/** Below this a connection is not counted as a success. */
const STABLE_MS = 2_000;
/** Over this time the devices of a restarting server come back. */
const SPREAD_MS = 3_000;
/** More than the server puts into one frame; a lie about a length costs no more than this. */
const FRAME_BYTES_MAX = 4_194_304;

export interface ConnectionDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly log: LogSink;
  readonly reconnect: ReconnectPolicy;
  readonly heartbeat: HeartbeatPolicy;
  /** Everything that the listener does during one chunk of bytes belongs together. */
  readonly together: (work: () => void) => void;
}

export interface ConnectionListener {
  /** The first frame; rejects when there is nothing to sign in with. */
  hello(): Promise<HelloInit>;
  welcomed(welcome: Welcome): void;
  frame(frame: DownFrame): void;
  /** The access token is not taken any more. */
  tokenExpired(): void;
  changed(state: ConnectionState): void;
}

/** Carries out what the connection machine decides: the one owner of the socket, its timers and its bytes. */
export class Connection {
  readonly #deps: ConnectionDeps;
  readonly #listener: ConnectionListener;
  readonly #policy: ConnectionPolicy;
  #state: ConnectionState = INITIAL_CONNECTION;
  #link: Link | null = null;
  #waiting: Timer | null = null;
  #watch: Timer | null = null;
  #liveness: Liveness | null = null;
  #heartbeatMs = 0;
  /** A Close frame came: the end of the link is what it announced. */
  #announced: Close | null = null;

  constructor(deps: ConnectionDeps, listener: ConnectionListener) {
    this.#deps = deps;
    this.#listener = listener;
    this.#policy = {
      delayMs: (attempt) => deps.reconnect(attempt, deps.random),
      stableMs: STABLE_MS,
      spreadMs: () => deps.random.fraction() * SPREAD_MS,
    };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get isSignedIn(): boolean {
    return isSignedIn(this.#state);
  }

  get rttMs(): number | null {
    return this.#liveness?.rttMs ?? null;
  }

  start(): void {
    this.#step({ type: 'start' });
  }

  stop(): void {
    this.#step({ type: 'stop' });
  }

  pause(): void {
    this.#step({ type: 'pause' });
  }

  resume(): void {
    this.#step({ type: 'resume' });
  }

  retry(): void {
    this.#step({ type: 'retry' });
  }

  /** Another window has the connection, and this is how it stands. */
  mirror(state: Pick<ConnectionState, 'phase' | 'failures'>): void {
    this.#state = { ...this.#state, ...state };
    this.#deps.together(() => this.#listener.changed(this.#state));
  }

  block(reason: string): void {
    this.#step({ type: 'block', reason });
  }

  /** The first sync of this connection has been applied. */
  caughtUp(): void {
    this.#step({ type: 'caught-up', generation: this.#state.generation });
  }

  /** Sends when signed in; otherwise the frame is dropped, whoever sent it sends it again on the next connection. */
  send(frame: UpFrameInit): void {
    if (!this.isSignedIn) return;
    this.#link?.send(encodeUpCompact(frame));
    this.#liveness?.sent();
  }

  /** An answer is overdue. */
  probe(): void {
    this.#liveness?.probe();
  }

  #step(event: ConnectionEvent): void {
    const [next, effects] = stepConnection(this.#state, event, this.#policy);
    if (next === this.#state) return;
    if (effects.some(({ type }) => type === 'say-goodbye')) this.send({ case: 'goodbye', value: {} });
    this.#state = next;
    this.#watchPhase(next);
    for (const effect of effects) this.#run(effect);
    this.#deps.log('info', `connection: ${next.phase.name}`, { failures: next.failures });
    this.#deps.together(() => this.#listener.changed(next));
  }

  #run(effect: ConnectionEffect): void {
    switch (effect.type) {
      case 'open':
        return this.#open(effect.generation);
      case 'close-link':
        return this.#closeLink();
      case 'greet':
        return this.#greet(this.#state.generation);
      case 'heartbeat':
        return this.#liveness?.start(this.#heartbeatMs);
      case 'refresh-token':
        return this.#listener.tokenExpired();
      case 'wait':
        this.#waiting = this.#deps.clock.setTimer(effect.delayMs, () => this.#step({ type: 'retry' }));
        return;
      case 'cancel-wait':
        this.#waiting?.cancel();
        this.#waiting = null;
        return;
      case 'say-goodbye':
        return; // Left before the state changed: afterwards nothing may be sent any more.
    }
  }

  #open(generation: number): void {
    this.#announced = null;
    const splitter = new FrameSplitter(
      FRAME_BYTES_MAX,
      (bytes, from, to) => this.#frame(generation, bytes, from, to),
      () => {},
    );
    this.#liveness = new Liveness({
      clock: this.#deps.clock,
      policy: this.#deps.heartbeat,
      sendHeartbeat: () => this.#link?.send(HEARTBEAT),
      sendProbe: (id) => this.#link?.send(encodeUpCompact({ case: 'probe', value: { id } })),
      dead: () => this.#lost(generation, 0, 'no answer'),
    });
    this.#link = this.#deps.transport.open({
      opened: () => this.#step({ type: 'opened', generation }),
      received: (bytes) => this.#received(generation, splitter, bytes),
      closed: (code, reason) => this.#lost(generation, code, reason),
    });
  }

  #closeLink(): void {
    this.#liveness?.stop();
    this.#liveness = null;
    this.#link?.close();
    this.#link = null;
  }

  /** The first frame is Hello, and it leaves once; it may take time to prepare (a token from elsewhere). */
  #greet(generation: number): void {
    this.#listener.hello().then(
      (hello) => {
        if (generation !== this.#state.generation || this.#state.phase.name !== 'greeting') return;
        this.#link?.send(encodeUpCompact({ case: 'hello', value: hello }));
      },
      (error: unknown) => {
        this.#deps.log('warn', 'no way to sign in', error);
        // Trying again helps where the app's backend could not answer, not where there is nothing to say.
        const isFinal = isSkeinError(error) && !error.retryable && generation === this.#state.generation;
        if (isFinal) this.block(error.code);
        else this.#lost(generation, 0, 'no credentials');
      },
    );
  }

  #received(generation: number, splitter: FrameSplitter, bytes: Uint8Array): void {
    if (generation !== this.#state.generation) return;
    this.#liveness?.received();
    // [CL8] What takes long may still be coming, over a link that gives a few bytes a second.
    if (this.#watch !== null) this.#watchPhase(this.#state);
    this.#deps.together(() => {
      try {
        splitter.push(bytes);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        this.#deps.log('error', 'the server sent what cannot be read', error);
        this.#lost(generation, 0, error.message);
      }
    });
  }

  #frame(generation: number, bytes: Uint8Array, from: number, to: number): void {
    // A frame before it, in the same bytes, may have ended this connection.
    if (generation !== this.#state.generation) return;
    const frame = decodeDownCompact(bytes, from, to);
    if (frame === undefined) return; // Of a newer version.
    if (frame.case === 'close') this.#announced = frame.value;
    else if (frame.case === 'pong') this.#liveness?.probeAnswered(frame.value.id);
    else if (frame.case === 'welcome') this.#welcome(generation, frame.value);
    else if (this.isSignedIn) this.#listener.frame(frame);
    if (frame.case === 'close') this.#lost(generation, frame.value.code, frame.value.reason);
  }

  #welcome(generation: number, welcome: Welcome): void {
    if (this.#state.phase.name !== 'greeting') return this.#lost(generation, 0, 'welcome out of turn');
    this.#heartbeatMs = welcome.heartbeatMs;
    // The listener first: it may find that this is not the account it asked for, and end the connection.
    this.#listener.welcomed(welcome);
    this.#step({ type: 'welcomed', generation, atMs: this.#deps.clock.monotonicMs() });
  }

  #lost(generation: number, code: number, reason: string): void {
    const told = this.#announced;
    const atMs = this.#deps.clock.monotonicMs();
    // Over TCP, and through proxies that swallow WebSocket codes, only the Close frame tells.
    this.#step({
      type: 'lost',
      generation,
      code: told?.code ?? code,
      reason: told?.reason ?? reason,
      atMs,
    });
  }

  #watchPhase({ phase }: ConnectionState): void {
    this.#watch?.cancel();
    this.#watch = null;
    if (phase.name === 'connecting' || phase.name === 'greeting') this.#watchFor(STEP_TIMEOUT_MS);
    if (phase.name === 'catching-up') this.#watchFor(CATCH_UP_TIMEOUT_MS);
  }

  #watchFor(timeoutMs: number): void {
    const { generation } = this.#state;
    this.#watch?.cancel();
    this.#watch = this.#deps.clock.setTimer(timeoutMs, () => this.#lost(generation, 0, 'took too long'));
  }
}
