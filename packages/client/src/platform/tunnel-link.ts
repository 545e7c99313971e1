import type { DetourTiming } from './detour.ts';

/** How bytes come down: as a stream of events, by requests that wait, by requests that do not. */
export type TunnelMode = 'events' | 'long-poll' | 'poll';

export interface TunnelEvents {
  opened(mode: TunnelMode): void;
  received(bytes: Uint8Array): void;
  /** `next` is how to try again; null where nothing got through at all. */
  closed(reason: string, next: TunnelMode | null): void;
}

/** A request is repeated so often; more failures in a row mean that this way is closed. */
const TRIES = 3;
/** One request carries at most this many bytes up. */
const UP_BYTES_MAX = 131_072;
/** What a poll may take beside its wait. */
const ANSWER_MS = 10_000;
const MS_PER_S = 1_000;

/** The tunnel is over: the server says so, or nothing gets through any more. */
class TunnelOver extends Error {}

/**
 * The native wire over the server's tunnel. Bytes have offsets both ways, so a request that failed is repeated and nothing
 * is lost or doubled; the engine above sees one link, whichever way it goes (rule LD2).
 */
export class TunnelLink {
  readonly #url: string;
  readonly #timing: DetourTiming;
  readonly #events: TunnelEvents;
  readonly #abort = new AbortController();
  #secret = '';
  #mode: TunnelMode;
  #isOpen = false;
  #isClosed = false;
  /** Offset behind the last byte that came down. */
  #from = 0;
  /** Offset behind the last byte that is known to be up. */
  #at = 0;
  #waiting: Uint8Array[] = [];
  #pumping: Promise<void> | null = null;

  /** `mode` is the first way that is tried. */
  constructor(
    url: string,
    mode: TunnelMode,
    { timing, events }: { timing: DetourTiming; events: TunnelEvents },
  ) {
    this.#url = url;
    this.#mode = mode;
    this.#timing = timing;
    this.#events = events;
    this.#run().catch((error: unknown) => this.#over(error instanceof Error ? error.message : 'tunnel'));
  }

  send(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#waiting.push(bytes);
    this.#pumping ??= this.#pump()
      .catch((error: unknown) => this.#over(error instanceof Error ? error.message : 'tunnel'))
      .finally(() => {
        this.#pumping = null;
      });
  }

  /** What was sent still leaves; then the server is told. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const leave = (): void => {
      this.#abort.abort();
      if (this.#secret !== '') this.#ask('', { method: 'DELETE', keepalive: true }).catch(() => {});
    };
    if (this.#pumping === null) leave();
    else this.#pumping.then(leave, leave);
  }

  async #run(): Promise<void> {
    await this.#open();
    const stream = this.#mode === 'events' ? await this.#eventStream() : null;
    if (this.#mode === 'events' && stream === null) {
      this.#mode = 'long-poll';
      // The end of a stream was the end of its tunnel, in which nothing had been said.
      await this.#open();
    }
    if (this.#isClosed) return;
    this.#isOpen = true;
    this.#events.opened(this.#mode);
    if (stream === null) await this.#polls();
    else await this.#readEvents(stream);
    throw new TunnelOver('the tunnel has ended');
  }

  async #open(): Promise<void> {
    const opened = await fetch(this.#url, { method: 'POST', signal: this.#within(ANSWER_MS) });
    if (!opened.ok) throw new TunnelOver(`no tunnel: ${opened.status}`);
    this.#secret = ((await opened.json()) as { tunnel: string }).tunnel;
  }

  /** A stream whose first bytes have come: whatever is in between lets it through. Null: it does not. */
  async #eventStream(): Promise<ReadableStreamDefaultReader<Uint8Array> | null> {
    const attempt = new AbortController();
    const timer = setTimeout(() => attempt.abort(), this.#timing.eventsMs);
    const signal = AbortSignal.any([attempt.signal, this.#abort.signal]);
    try {
      const { ok, body } = await this.#ask('/events?from=0', { signal });
      if (!ok || body === null) return null;
      const reader = body.getReader();
      const { done } = await reader.read();
      return done ? null : reader;
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  async #readEvents(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for (let held = ''; ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (held + decoder.decode(value, { stream: true })).split('\n');
      held = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('data: ')) this.#receive(fromBase64(line.slice(6)));
    }
  }

  /** [LD2] Where polls that wait are cut short again and again, polls that do not are next. */
  async #polls(): Promise<void> {
    for (let failures = 0; ; ) {
      try {
        if (await this.#poll()) failures = 0;
        else failures++;
      } catch (error) {
        if (error instanceof TunnelOver || this.#isClosed) throw error;
        failures++;
      }
      if (failures >= TRIES) {
        if (this.#mode === 'long-poll') this.#mode = 'poll';
        throw new TunnelOver('the answers are cut off');
      }
      if (failures > 0) await pause(this.#timing.retryMs);
    }
  }

  /** Answers whether it got an answer of ours. */
  async #poll(): Promise<boolean> {
    const waitS = this.#mode === 'poll' ? 0 : this.#timing.waitS;
    const signal = this.#within(waitS * MS_PER_S + ANSWER_MS);
    const response = await this.#ask(`/down?from=${this.#from}&wait=${waitS}`, { signal });
    if (response.status === 200) {
      this.#receive(new Uint8Array(await response.arrayBuffer()));
      return true;
    }
    if (response.status === 410) throw new TunnelOver('the server has closed the tunnel');
    if (response.status === 204 && this.#mode === 'poll') await pause(this.#timing.pollMs);
    return response.status === 204;
  }

  /** One request at a time, in order; what waits meanwhile goes together. */
  async #pump(): Promise<void> {
    // Everything that this turn sends leaves in one request.
    await Promise.resolve();
    for (let failures = 0; this.#waiting.length > 0; ) {
      const body = joined(this.#waiting, UP_BYTES_MAX);
      const status = await this.#up(body);
      if (status === 204) {
        failures = 0;
        this.#at += body.length;
        dropFrom(this.#waiting, body.length);
      } else if (status === 410 || ++failures >= TRIES) {
        throw new TunnelOver(`no way up: ${status}`);
      } else {
        await pause(this.#timing.retryMs);
      }
    }
  }

  /** The status; 0 where there was no answer. */
  async #up(body: Uint8Array<ArrayBuffer>): Promise<number> {
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      return (await this.#ask(`/up?at=${this.#at}`, { method: 'POST', body, signal })).status;
    } catch {
      return 0;
    }
  }

  #ask(path: string, init: RequestInit): Promise<Response> {
    return fetch(this.#url + path, { ...init, headers: { Authorization: `Bearer ${this.#secret}` } });
  }

  #receive(bytes: Uint8Array): void {
    this.#from += bytes.length;
    if (!this.#isClosed) this.#events.received(bytes);
  }

  #over(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#abort.abort();
    this.#events.closed(reason, this.#isOpen ? this.#mode : null);
  }

  #within(timeoutMs: number): AbortSignal {
    return AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#abort.signal]);
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** The first bytes of a list of chunks, at most so many. */
function joined(chunks: readonly Uint8Array[], bytesMax: number): Uint8Array<ArrayBuffer> {
  const byteCount = chunks.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(Math.min(byteCount, bytesMax));
  let at = 0;
  for (const chunk of chunks) {
    if (at === bytes.length) break;
    const part = chunk.subarray(0, bytes.length - at);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function dropFrom(chunks: Uint8Array[], byteCount: number): void {
  for (let left = byteCount; left > 0; ) {
    const [first] = chunks;
    if (first === undefined) return;
    if (first.length > left) chunks[0] = first.subarray(left);
    else chunks.shift();
    left -= Math.min(left, first.length);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
