import type { Message } from '@skein/client';
import { type FocusEvent, type KeyboardEvent, type RefObject, useRef, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { isArticle } from './timeline-line.tsx';

interface MessageFocus {
  /** What stays in the document wherever it is scrolled to: what has the focus, and what the Tab key leads to. */
  readonly kept: readonly number[];
  readonly onFocus: (event: FocusEvent<HTMLElement>) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

/** Arrow keys lead from message to message, Home and End to the ends, also where nothing is drawn yet. */
export function useMessageFocus(
  items: readonly Message[],
  listRef: RefObject<VirtualizerHandle | null>,
): MessageFocus {
  const [focused, setFocused] = useState<string | null>(null);
  // Where the focus is on its way to: a key that is pressed meanwhile goes on from there.
  const headedFor = useRef<string | null>(null);
  const at = focused === null ? -1 : items.findIndex(({ clientId }) => clientId === focused);
  const last = items.length - 1;
  return {
    kept: last < 0 ? [] : at < 0 ? [last] : [at, last],
    onFocus: ({ target }) => setFocused(keyOf(target)),
    onKeyDown(event) {
      const place = headedFor.current ?? keyOf(event.target as Element);
      const from = items.findIndex(({ clientId }) => clientId === place);
      const to = from < 0 ? undefined : destination(items, from, event.key);
      if (to === undefined) return;
      event.preventDefault();
      void focusOn(event.currentTarget, to);
    },
  };

  async function focusOn(column: HTMLElement, to: number): Promise<void> {
    const key = items[to]?.clientId ?? '';
    headedFor.current = key;
    const find = (): HTMLElement | null =>
      column.querySelector(`.line[data-key="${CSS.escape(key)}"] > .message`);
    if (find()?.checkVisibility({ visibilityProperty: true }) !== true) {
      listRef.current?.scrollToIndex(to, { align: 'nearest' });
      // One frame to draw it, one to measure it: what is not measured is hidden, and takes no focus.
      for (let frame = 0; frame < 2; frame++) await nextFrame();
    }
    if (headedFor.current !== key) return;
    headedFor.current = null;
    find()?.focus();
  }
}

/** Where a key leads to; tips and what was recalled are passed over. */
function destination(items: readonly Message[], from: number, key: string): number | undefined {
  const found = (index: number): number | undefined => (index < 0 ? undefined : index);
  if (key === 'ArrowUp') return found(items.slice(0, from).findLastIndex(isArticle));
  if (key === 'ArrowDown') return found(items.findIndex((one, index) => index > from && isArticle(one)));
  if (key === 'Home') return found(items.findIndex(isArticle));
  return key === 'End' ? found(items.findLastIndex(isArticle)) : undefined;
}

function keyOf(element: Element): string | null {
  return element.closest<HTMLElement>('.line')?.dataset['key'] ?? null;
}

function nextFrame(): Promise<unknown> {
  return new Promise((resolve) => {
    requestAnimationFrame(resolve);
  });
}
