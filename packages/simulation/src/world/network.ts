import type { Clock } from '@skein/model';
import type { SeededRandom } from '@skein/testkit';

/** How the simulated network behaves; drawn from the seed. */
export interface NetworkSettings {
  readonly latencyMinMs: number;
  readonly latencyMaxMs: number;
  /** Bytes that arrive together at most: small values split every frame. */
  readonly chunkBytesMax: number;
  /** Share of chunks after which the connection is cut. */
  readonly cutChance: number;
  /** Share of cuts that one side does not notice: a half-open connection. */
  readonly silentCutChance: number;
  /** Share of chunks before which the reader pauses, and for how long. */
  readonly stallChance: number;
  readonly stallMaxMs: number;
}

/** What one end hears. */
export interface EndEvents {
  bytes(chunk: Uint8Array): void;
  /** Everything written so far was taken by the other side. */
  drained(): void;
  closed(): void;
}

/**
 * One end of a simulated TCP connection. Bytes arrive in order, unharmed, in any pieces, after any delay, or not at all
 * from some byte on: what TCP promises and no more.
 */
export class LinkEnd {
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #network: Network;
  #peer: LinkEnd | null = null;
  #events: EndEvents | null = null;
  readonly #outgoing: Uint8Array[] = [];
  #queuedBytes = 0;
  #isMoving = false;
  /** Somebody has accepted the connection: what arrives before waits, as in a real one. */
  #isAccepted = false;
  #isClosed = false;
  #isEnding = false;
  #isReadingPaused = false;
  /** A half-open connection: what is written goes nowhere, and nobody says so. */
  #isBlackHole = false;

  constructor(clock: Clock, random: SeededRandom, network: Network) {
    this.#clock = clock;
    this.#random = random;
    this.#network = network;
  }

  static pair(clock: Clock, random: SeededRandom, network: Network): readonly [LinkEnd, LinkEnd] {
    const a = new LinkEnd(clock, random, network);
    const b = new LinkEnd(clock, random, network);
    a.#peer = b;
    b.#peer = a;
    return [a, b];
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  listen(events: EndEvents): void {
    this.#events = events;
    this.#isAccepted = true;
    if (this.#peer !== null) this.#peer.#move();
  }

  write(bytes: Uint8Array): void {
    if (this.#isClosed || this.#isEnding || bytes.length === 0) return;
    this.#queuedBytes += bytes.length;
    if (this.#isBlackHole) return;
    this.#outgoing.push(bytes);
    this.#move();
  }

  /** Stops taking what the other end writes: it then waits there. */
  pauseReading(isPaused: boolean): void {
    this.#isReadingPaused = isPaused;
    const peer = this.#peer;
    if (!isPaused && peer !== null) peer.#move();
  }

  /** Closes after what was written arrived, as a socket's `end` does. */
  end(): void {
    this.#isEnding = true;
    if (this.#outgoing.length === 0) this.#finish();
  }

  /** Breaks the connection at once; `isSilent` leaves the other side believing in it. */
  cut(isSilent: boolean): void {
    if (this.#isClosed) return;
    const peer = this.#peer;
    if (isSilent) {
      this.#isBlackHole = true;
      if (peer !== null) peer.#isBlackHole = true;
      this.#outgoing.length = 0;
      return;
    }
    this.#close();
    if (peer !== null) peer.#close();
  }

  /** The process on this side died: nothing more is heard here, the other side learns of it or not. */
  abandon(): void {
    this.#events = null;
    const isNoticed = this.#random.chance(0.5);
    this.#isClosed = true;
    this.#outgoing.length = 0;
    const peer = this.#peer;
    if (peer === null) return;
    if (!isNoticed) peer.#isBlackHole = true;
    else this.#clock.setTimer(this.#network.delayMs(), () => peer.#close());
  }

  #finish(): void {
    const peer = this.#peer;
    this.#close();
    if (peer !== null) this.#clock.setTimer(this.#network.delayMs(), () => peer.#close());
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#outgoing.length = 0;
    const events = this.#events;
    this.#events = null;
    // A real socket tells of its end in a later turn.
    this.#clock.setTimer(0, () => events?.closed());
  }

  #move(): void {
    if (this.#isMoving || this.#outgoing.length === 0 || this.#isClosed) return;
    if (this.#peer === null || !this.#peer.#isAccepted || this.#peer.#isReadingPaused) return;
    this.#isMoving = true;
    this.#clock.setTimer(this.#network.delayMs(), () => this.#deliver());
  }

  #deliver(): void {
    this.#isMoving = false;
    const first = this.#outgoing.shift();
    if (first === undefined || this.#isClosed) return;
    const size = Math.min(first.length, this.#network.chunkBytes());
    if (size < first.length) this.#outgoing.unshift(first.subarray(size));
    this.#queuedBytes -= size;
    // A copy: whoever reads may keep it, whoever wrote may reuse its buffer.
    if (this.#peer !== null) this.#peer.#events?.bytes(first.slice(0, size));
    const fate = this.#network.fate();
    if (fate !== 'none') this.cut(fate === 'silent');
    if (this.#outgoing.length > 0) return this.#move();
    if (this.#isEnding) this.#finish();
    else if (!this.#isClosed) this.#events?.drained();
  }
}

// A fair network: what the promises about settling are made for.
const HEALED_LATENCY_MS = 50;

/** Draws delays, pieces and accidents; `heal` ends the accidents. */
export class Network {
  readonly #random: SeededRandom;
  readonly #settings: NetworkSettings;
  #isHealed = false;
  #isPartitioned = false;

  constructor(random: SeededRandom, settings: NetworkSettings) {
    this.#random = random;
    this.#settings = settings;
  }

  get isPartitioned(): boolean {
    return this.#isPartitioned;
  }

  heal(): void {
    this.#isHealed = true;
    this.#isPartitioned = false;
  }

  partition(isPartitioned: boolean): void {
    this.#isPartitioned = isPartitioned;
  }

  delayMs(): number {
    if (this.#isHealed) return this.#random.int(HEALED_LATENCY_MS);
    const { latencyMinMs, latencyMaxMs, stallChance, stallMaxMs } = this.#settings;
    const latency = this.#random.between(latencyMinMs, latencyMaxMs);
    if (!this.#random.chance(stallChance)) return latency;
    return latency + this.#random.int(stallMaxMs + 1);
  }

  chunkBytes(): number {
    if (this.#isHealed) return Number.MAX_SAFE_INTEGER;
    return this.#random.between(1, this.#settings.chunkBytesMax);
  }

  fate(): 'none' | 'noticed' | 'silent' {
    if (this.#isHealed || !this.#random.chance(this.#settings.cutChance)) return 'none';
    return this.#random.chance(this.#settings.silentCutChance) ? 'silent' : 'noticed';
  }
}
