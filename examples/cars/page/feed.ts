import type { Place } from '../fleet.ts';

/** Where cars are heard from. */
export interface Feed {
  /** Hears of these tiles from now on, and of no others. */
  watch(tiles: ReadonlySet<string>): void;
  close(): void;
}

export interface FeedEvents {
  moved(id: string, place: Place): void;
  /** These tiles are subscribed to now. */
  watching(tiles: ReadonlySet<string>): void;
  /** So many bytes came over the wire, whatever they were. */
  received(bytes: number): void;
}

/** What has to be asked for and what has to be given up, to hear of `wanted` alone. */
export function differenceOf(
  watched: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
): { readonly more: string[]; readonly less: string[] } {
  return {
    more: [...wanted].filter((tile) => !watched.has(tile)),
    less: [...watched].filter((tile) => !wanted.has(tile)),
  };
}

/** Counts what comes over every WebSocket that is opened from here on: both clients use the browser's. */
export function countWebSockets(received: (bytes: number) => void): void {
  class CountedWebSocket extends WebSocket {
    constructor(...of: ConstructorParameters<typeof WebSocket>) {
      super(...of);
      this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data instanceof ArrayBuffer) received(data.byteLength);
        else if (data instanceof Blob) received(data.size);
        else if (typeof data === 'string') received(data.length);
      });
    }
  }
  globalThis.WebSocket = CountedWebSocket;
}
