import 'fake-indexeddb/auto';
import type { Clock } from '@skein/model';
import { SeededRandom } from '@skein/testkit';
import type { Transport } from '../engine/ports/transport.ts';
import type { Windows } from '../engine/ports/windows.ts';
import type { FacadeDeps } from '../facade/client-facade.ts';
import { IndexedDbCacheProvider } from '../platform/indexeddb-cache.ts';
import { type PageLocks, pageWindows } from '../platform/page-windows.ts';
import type { WindowChannel } from '../windows/seat.ts';
import { tampered } from './stage.ts';

interface Holder {
  readonly owner: FakeWindow;
  readonly end: (stolen: boolean) => void;
}

interface Request {
  readonly owner: FakeWindow;
  readonly grant: () => void;
}

let profiles = 0;

/** A browser profile: storage, locks and channels that its windows share. */
export class FakeProfile {
  readonly scope = `profile-${++profiles}`;
  readonly windows: FakeWindow[] = [];
  readonly holders = new Map<string, Holder>();
  readonly waiting = new Map<string, Request[]>();
  readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  open(): FakeWindow {
    const window = new FakeWindow(this);
    this.windows.push(window);
    return window;
  }

  /** Whoever waits longest is next. */
  next(name: string): void {
    if (!this.holders.has(name)) this.waiting.get(name)?.shift()?.grant();
  }
}

/** One window, which can be frozen or die without a word. */
export class FakeWindow {
  readonly profile: FakeProfile;
  readonly clock: Clock;
  readonly cache: IndexedDbCacheProvider;
  readonly windows: Windows;
  readonly channels: FakeChannel[] = [];
  isGone = false;
  #asleep: (() => void)[] | null = null;

  constructor(profile: FakeProfile) {
    this.profile = profile;
    this.clock = {
      nowMs: () => profile.clock.nowMs(),
      monotonicMs: () => profile.clock.monotonicMs(),
      setTimer: (delayMs, fire) => profile.clock.setTimer(delayMs, () => this.happens(fire)),
    };
    this.cache = new IndexedDbCacheProvider(profile.scope, new SeededRandom(profile.windows.length + 1));
    this.windows = pageWindows({
      scope: profile.scope,
      clock: this.clock,
      random: new SeededRandom(100 + profile.windows.length),
      locks: this.#locks(),
      openChannel: (name) => {
        const channel = new FakeChannel(this, name);
        this.channels.push(channel);
        return channel;
      },
    });
  }

  /** Nothing happens to it until it wakes up; then everything does, in order. */
  freeze(): void {
    this.#asleep ??= [];
  }

  wake(): void {
    const missed = this.#asleep ?? [];
    this.#asleep = null;
    for (const happen of missed) happen();
  }

  happens(what: () => void): void {
    if (this.isGone) return;
    if (this.#asleep === null) what();
    else this.#asleep.push(what);
  }

  /** What a program in this window reaches the world through: all of it stands still while the window does. */
  world(transport: Transport): Pick<FacadeDeps, 'clock' | 'transport' | 'cache' | 'windows'> {
    return {
      windows: this.windows,
      clock: this.clock,
      transport: {
        name: transport.name,
        open: (events) =>
          transport.open({
            opened: () => this.happens(() => events.opened()),
            received: (bytes) => this.happens(() => events.received(bytes)),
            closed: (...why) => this.happens(() => events.closed(...why)),
          }),
      },
      cache: tampered(
        (inner) => ({ apply: (batch) => this.#awake().then(() => inner.apply(batch)) }),
        this.cache,
      ),
    };
  }

  #awake(): Promise<void> {
    return new Promise((resolve) => {
      this.happens(resolve);
    });
  }

  get isAwake(): boolean {
    return !this.isGone && this.#asleep === null;
  }

  /** The browser ends the window: it says nothing more, and its locks are free. */
  crash(): void {
    this.isGone = true;
    for (const [name, { owner }] of this.profile.holders) {
      if (owner !== this) continue;
      this.profile.holders.delete(name);
      this.profile.next(name);
    }
  }

  #locks(): PageLocks {
    const { profile } = this;
    return {
      request: (name, { steal, ifAvailable }, held) =>
        new Promise((resolve, reject) => {
          const grant = () => {
            let isEnded = false;
            const holder: Holder = {
              owner: this,
              end: (stolen) => {
                if (isEnded) return;
                isEnded = true;
                if (profile.holders.get(name) === holder) profile.holders.delete(name);
                if (stolen) this.happens(() => reject(new DOMException('stolen', 'AbortError')));
                else resolve(undefined);
                profile.next(name);
              },
            };
            profile.holders.set(name, holder);
            void held({ name }).then(() => holder.end(false));
          };
          const holder = profile.holders.get(name);
          if (steal === true && holder !== undefined) {
            profile.holders.delete(name);
            grant();
            holder.end(true);
          } else if (holder === undefined) grant();
          else if (ifAvailable === true) void held(null).then(resolve);
          else profile.waiting.set(name, [...(profile.waiting.get(name) ?? []), { owner: this, grant }]);
        }),
    };
  }
}

class FakeChannel implements WindowChannel {
  onmessage: WindowChannel['onmessage'] = null;
  readonly #window: FakeWindow;
  readonly #name: string;
  #isClosed = false;

  constructor(window: FakeWindow, name: string) {
    this.#window = window;
    this.#name = name;
  }

  postMessage(message: unknown): void {
    if (!this.#window.isAwake || this.#isClosed) return;
    for (const window of this.#window.profile.windows) {
      for (const channel of window.channels) {
        if (channel !== this && channel.#name === this.#name) channel.#deliver(structuredClone(message));
      }
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  #deliver(data: unknown): void {
    void Promise.resolve().then(() =>
      this.#window.happens(() => {
        if (!this.#isClosed) this.onmessage?.call(this as never, { data } as MessageEvent);
      }),
    );
  }
}
