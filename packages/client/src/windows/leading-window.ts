import type { HistoryInit } from '@skein/protocol';
import type { Acts } from '../engine/acts.ts';
import type { Answer, Ask } from '../engine/connection/requests.ts';
import type { Engine } from '../engine/engine.ts';
import type { OutboxRow } from '../engine/ports/cache-store.ts';
import { forget } from './forget.ts';
import type { WindowPlace } from './seat.ts';
import type { SharedOutbox } from './shared-outbox.ts';
import { addTo, NOTHING, type Told, type Word } from './window-words.ts';

/** Leads: tells the other windows everything, and does what they ask. */
export class LeadingWindow {
  readonly #place: WindowPlace;
  readonly #engine: Engine;
  readonly #shared: SharedOutbox;
  // Own sends that the store has had: what of them is gone from it was answered.
  readonly #stored = new Set<number>();
  #told: Told = NOTHING;

  constructor(place: WindowPlace, shared: SharedOutbox) {
    const { engine, channel } = place;
    this.#place = place;
    this.#engine = engine;
    this.#shared = shared;
    for (const { order } of engine.parts.outbox.rows()) this.#stored.add(order);
    engine.told = (changes) => {
      this.#told = addTo(this.#told, changes);
      // [WN2] What is stored, too, is told when it is: a window may look for it in the store at once.
      if (!engine.parts.writer.isDirty) this.#tell();
    };
    engine.parts.writer.tap = (batch) => {
      const told = this.#told;
      this.#told = NOTHING;
      return () => {
        for (const { order } of batch.outbox) this.#stored.add(order);
        for (const order of batch.outboxRemovals) this.#stored.delete(order);
        this.#say({ say: 'told', batch, told, connection: this.#connection });
      };
    };
    // [WN5] In this window, too, signing out is for all of them.
    engine.acts.endSession = async (wipe) => {
      await engine.endSession();
      this.#say({ say: 'ended', wipe });
    };
    channel.onmessage = ({ data }) => this.#heard(data as Word);
    this.#say({ say: 'lead' });
    this.#adopt().catch((error: unknown) => engine.log('debug', 'the shared outbox was not read', error));
  }

  /** Another window leads. Returns what only this one has. */
  stop(): readonly OutboxRow[] {
    this.#engine.told = null;
    this.#engine.parts.writer.tap = null;
    this.#place.channel.onmessage = null;
    return this.#engine.parts.outbox.rows().filter(({ order }) => !this.#stored.has(order));
  }

  get #connection() {
    const { phase, failures } = this.#engine.parts.connection.state;
    return { phase, failures };
  }

  #tell(): void {
    this.#say({ say: 'told', batch: null, told: this.#told, connection: this.#connection });
    this.#told = NOTHING;
  }

  #say(word: Word): void {
    this.#place.channel.postMessage(word);
  }

  #heard(word: Word): void {
    if (word.say === 'hello') this.#say({ say: 'state', connection: this.#connection });
    if (word.say === 'act') void this.#act(word);
  }

  async #act({ from: to, call, name, of }: Extract<Word, { say: 'act' }>): Promise<void> {
    this.#say({ say: 'heard', to, call });
    try {
      this.#say({ say: 'done', to, call, result: await this.#do(name, of) });
    } catch (error) {
      const known = error instanceof this.#place.SkeinError ? error : null;
      const details =
        known === null || known.retryAfterMs === null ? {} : { retryAfterMs: known.retryAfterMs };
      this.#say({ say: 'refused', to, call, code: known?.code ?? 'request.invalid', ...details });
    }
  }

  #do(name: string, of: readonly unknown[]): unknown {
    const { acts } = this.#engine;
    if (name === 'submitted') return this.#adopt();
    if (name === 'look') return undefined;
    if (name === 'ask') return this.#ask(of[0] as Ask);
    if (name === 'endSession') {
      return this.#endSession(of[0] === true);
    }
    return (acts[name as keyof Acts] as (...of: readonly unknown[]) => unknown)(...of);
  }

  /** [WN5, WN7] Asked for by another window. */
  async #endSession(wipe: boolean): Promise<void> {
    const { acts, parts } = this.#engine;
    await acts.endSession(wipe);
    parts.connection.block('auth.required');
    if (!wipe) return;
    // Opened anew, the store takes nothing any more from whoever had it.
    parts.writer.mute();
    const [store] = await this.#engine.open();
    await store.destroy();
    void store.close();
    forget(parts);
  }

  /** What an answer changes where it was asked for, it changes here, where it is stored. */
  async #ask(ask: Ask): Promise<Answer> {
    const { requests, holes, model } = this.#engine.parts;
    const answer = await requests.ask(ask);
    if (answer.case === 'conversation') this.#engine.took(answer.value);
    if (answer.case === 'users') {
      model.together(() => {
        for (const user of answer.value.users) model.putUser(user);
      });
    }
    if (answer.case === 'history' && ask.case === 'history' && isWholePage(ask.value)) {
      holes.take(ask.value.conversation as never, answer.value, null);
    }
    return answer;
  }

  /** [WN3] Takes in what other windows have put into the store. What is being taken out of it right now is not new. */
  async #adopt(): Promise<void> {
    const { model, outbox, writer } = this.#engine.parts;
    do await writer.flush();
    while (writer.isDirty);
    const known = new Set(outbox.rows().map(({ order }) => order));
    const rows = await this.#shared.rows();
    model.together(() => {
      for (const row of rows) {
        if (known.has(row.order)) continue;
        this.#stored.add(row.order);
        outbox.mirror(row, 'kept');
        outbox.addressed(row.to);
      }
    });
  }
}

/** Whether every entry of a stretch was asked for: only then is what comes a part of the log as it stands there. */
function isWholePage({ amendmentsOnly, kinds, contents }: HistoryInit): boolean {
  return amendmentsOnly !== true && kinds === undefined && contents === undefined;
}
