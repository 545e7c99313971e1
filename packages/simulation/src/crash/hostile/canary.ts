import { sleep } from '../waiting.ts';
import { Person } from './person.ts';

const EVERY_MS = 50;

/** Two people who talk while something terrible happens to the server, and measure what they notice of it. */
export class Canary implements AsyncDisposable {
  /** From each send to its ack. */
  readonly tookMs: number[] = [];
  /** How much later than asked for this thread's own timers came: how long whoever wants a core waits for one here. */
  readonly lateMs: number[] = [];
  readonly #speaker: Person;
  readonly #listener: Person;
  readonly #conversation: number;
  readonly #talking: Promise<void>;
  #isOver = false;
  #said = 0;

  private constructor(speaker: Person, listener: Person, conversation: number) {
    this.#speaker = speaker;
    this.#listener = listener;
    this.#conversation = conversation;
    this.#talking = this.#talk();
  }

  static async open(port: number): Promise<Canary> {
    const listener = await Person.arrive({ port, name: 'canary_listener', wire: 'websocket' });
    const speaker = await Person.arrive({ port, name: 'canary_speaker' });
    const conversation = await speaker.directWith('canary_listener');
    return new Canary(speaker, listener, conversation);
  }

  get said(): number {
    return this.#said;
  }

  get heard(): number {
    return this.#listener.pushes;
  }

  /** The slowest of all but one in a hundred. */
  get p99Ms(): number {
    return p99Of(this.tookMs);
  }

  get lateP99Ms(): number {
    return p99Of(this.lateMs);
  }

  get longestMs(): number {
    return Math.max(0, ...this.tookMs);
  }

  /** Ends the talk, and waits until what was said has been heard. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await this.#talking;
    await this.#listener.until('the listener heard everything', () => this.heard >= this.#said);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#talking.catch(() => undefined);
    this.#speaker[Symbol.dispose]();
    this.#listener[Symbol.dispose]();
  }

  async #talk(): Promise<void> {
    while (!this.#isOver) {
      const { tookMs, seq, code } = await this.#speaker.sayAndWait(
        this.#conversation,
        `还好吗 ${this.#said}`,
      );
      if (seq === 0) throw new Error(`the canary was refused: ${code}`);
      this.tookMs.push(tookMs);
      this.#said++;
      this.#speaker.heard.length = 0;
      this.#listener.heard.length = 0;
      this.#listener.acknowledge();
      const sleptFromMs = performance.now();
      await sleep(EVERY_MS);
      this.lateMs.push(performance.now() - sleptFromMs - EVERY_MS);
    }
  }
}

function p99Of(valuesMs: readonly number[]): number {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
}
