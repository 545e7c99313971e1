import { describe, expect, it } from 'vitest';
import type { Live } from '../api/live.ts';
import { ComputedLive } from './computed-live.ts';
import { Dispatcher } from './dispatcher.ts';
import { Emitter } from './emitter.ts';
import { LiveValue } from './live-value.ts';

describe('live values', () => {
  it('[LV1] tell everybody of one value before anybody of the next, also when a listener sets it', () => {
    const { dispatcher } = logged();
    const live = new LiveValue(dispatcher, 0);
    const heard: string[] = [];
    live.subscribe((value) => {
      heard.push(`a${value}`);
      if (value === 1) live.set(2);
    });
    live.subscribe((value, previous) => heard.push(`b${previous}→${value}`));
    live.set(1);
    expect(heard).toEqual(['a0', 'b0→0', 'a1', 'b0→1', 'a2', 'b1→2']);
  });

  it('[LV1] leave alone who unsubscribed, also while a value is being told', () => {
    const { dispatcher } = logged();
    const value = new LiveValue(dispatcher, 0);
    const heard: string[] = [];
    value.subscribe((now) => {
      heard.push(`first ${now}`);
      if (now === 1) stopSecond();
    });
    const stopSecond = value.subscribe((now) => heard.push(`second ${now}`));
    value.set(1);
    value.set(2);
    expect(heard).toEqual(['first 0', 'second 0', 'first 1', 'first 2']);
  });

  it('[LV2] survive a listener that throws, and report it', () => {
    const { dispatcher, errors } = logged();
    const live = new LiveValue(dispatcher, 0);
    const heard: number[] = [];
    live.subscribe((value) => {
      if (value > 0) throw new Error(`cannot bear ${value}`);
    });
    live.subscribe((value) => heard.push(value));
    live.set(1);
    live.set(2);
    expect(heard).toEqual([0, 1, 2]);
    expect(errors).toEqual(['cannot bear 1', 'cannot bear 2']);
  });

  it('[LV3] tell once what changed several times in one piece of work', () => {
    const { dispatcher } = logged();
    let source = 0;
    const live = new ComputedLive(dispatcher, { compute: () => source * 10, isSame: Object.is });
    const heard: number[] = [];
    live.subscribe((value) => heard.push(value));
    dispatcher.batch(() => {
      for (source = 1; source < 5; source++) live.touch();
    });
    live.touch();
    expect(heard).toEqual([0, 50]);
  });

  it('say nothing when the same is set', () => {
    const { dispatcher } = logged();
    const live = new LiveValue(dispatcher, NaN);
    let count = 0;
    live.subscribe(() => count++);
    live.set(NaN);
    expect(count).toBe(1);
  });

  it('can be mapped, awaited and iterated', async () => {
    const { dispatcher } = logged();
    const live = new LiveValue(dispatcher, 1);
    const doubled: Live<number> = live.map((value) => value * 2);
    expect(doubled.get()).toBe(2);
    const four = doubled.until((value) => value >= 4);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const value of doubled) {
        seen.push(value);
        if (value === 6) return;
      }
    })();
    live.set(2);
    expect(await four).toBe(4);
    live.set(3);
    await reading;
    expect(seen.at(-1)).toBe(6);
    const gone = new AbortController();
    const never = doubled.until(() => false, { signal: gone.signal });
    gone.abort(new Error('enough'));
    await expect(never).rejects.toThrow('enough');
    expect(live.hasListeners).toBe(false);
  });
});

describe('events', () => {
  it('[LV1] arrive in order, also for a reader who is slow', async () => {
    const { dispatcher } = logged();
    const emitter = new Emitter<{ a: number; b: number }>(dispatcher);
    const read: number[] = [];
    const reading = (async () => {
      for await (const event of emitter.iterate(['a', 'b'])) {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        read.push(event);
        if (event === 5) return;
      }
    })();
    for (let i = 1; i <= 5; i++) emitter.emit(i % 2 === 0 ? 'a' : 'b', i);
    await reading;
    expect(read).toEqual([1, 2, 3, 4, 5]);
    expect(emitter.has('a')).toBe(false);
  });

  it('[LV1] do not reach who was removed by an earlier listener', () => {
    const { dispatcher } = logged();
    const emitter = new Emitter<{ a: number }>(dispatcher);
    const heard: string[] = [];
    emitter.on('a', () => {
      heard.push('first');
      stop();
    });
    const stop = emitter.on('a', () => heard.push('second'));
    emitter.emit('a', 1);
    expect(heard).toEqual(['first']);
  });
});

function logged(): { readonly dispatcher: Dispatcher; readonly errors: string[] } {
  const errors: string[] = [];
  const dispatcher = new Dispatcher((_level, _text, detail) => errors.push((detail as Error).message));
  return { dispatcher, errors };
}
