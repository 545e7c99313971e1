import type { Message, TimelineView } from '@skein/client';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';

// Closer to the end than this counts as being there.
const NEAR_PX = 48;
// Older messages are asked for when this much of them is left to scroll.
const AHEAD_PX = 600;

interface ScrollOptions {
  readonly boxRef: RefObject<HTMLElement | null>;
  readonly listRef: RefObject<VirtualizerHandle | null>;
  readonly items: readonly Message[];
  readonly older: TimelineView['older'];
  readonly loadOlder: () => void;
}

interface Scroll {
  readonly isAtEnd: boolean;
  /** What changed last is that older messages came before the others. */
  readonly isPrepend: boolean;
  readonly onScroll: () => void;
  readonly onResize: () => void;
  readonly toEnd: () => void;
}

/** What is being read, and where on the screen it is. */
interface Anchor {
  readonly key: string;
  readonly index: number;
  /** Of its upper edge below the upper edge of the screen. */
  readonly topPx: number;
}

/**
 * Stays at the end while there; elsewhere keeps what is being read in place, whatever changes above it; asks for more in
 * time. What comes before everything, and what changes its height, the list itself keeps in place; what comes in between (a
 * gap that was filled) is done here.
 */
export function useScroll({ boxRef, listRef, items, older, loadOlder }: ScrollOptions): Scroll {
  const [isAtEnd, setIsAtEnd] = useState(true);
  const isAtEndRef = useRef(true);
  const anchor = useRef<Anchor | null>(null);
  const [shown, setShown] = useState({ items, isPrepend: false });
  if (shown.items !== items) setShown({ items, isPrepend: isOnlyPrepended(shown.items, items) });
  const { isPrepend } = shown;

  const toEnd = useCallback(() => {
    const box = boxRef.current;
    if (box !== null) box.scrollTop = box.scrollHeight;
  }, [boxRef]);

  const lookAhead = useCallback(() => {
    const box = boxRef.current;
    if (box !== null && box.scrollTop < AHEAD_PX && older === 'can-load') loadOlder();
  }, [boxRef, older, loadOlder]);

  const onScroll = useCallback(() => {
    const box = boxRef.current;
    if (box === null) return;
    isAtEndRef.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    setIsAtEnd(isAtEndRef.current);
    anchor.current = anchorIn(listRef.current, items);
    lookAhead();
  }, [boxRef, listRef, items, lookAhead]);

  const onResize = useCallback(() => {
    if (isAtEndRef.current) toEnd();
  }, [toEnd]);

  useLayoutEffect(() => {
    const kept = anchor.current;
    if (isAtEndRef.current) toEnd();
    else if (kept !== null && !isPrepend) {
      const index = items.findIndex(({ clientId }) => clientId === kept.key);
      const isMoved = index >= 0 && index !== kept.index;
      if (isMoved) listRef.current?.scrollToIndex(index, { align: 'start', offset: -kept.topPx });
    }
    anchor.current = anchorIn(listRef.current, items);
  }, [items, isPrepend, listRef, toEnd]);

  // Too little to scroll: nobody could ask for more by scrolling.
  useEffect(lookAhead, [lookAhead, items]);

  return { isAtEnd, isPrepend, onScroll, onResize, toEnd };
}

/** The first message that reaches into the view. */
function anchorIn(list: VirtualizerHandle | null, items: readonly Message[]): Anchor | null {
  if (list === null) return null;
  const index = list.findItemIndex(list.scrollOffset);
  const key = items[index]?.clientId;
  return key === undefined ? null : { key, index, topPx: list.getItemOffset(index) - list.scrollOffset };
}

/** The newest are the same, and there are more before the oldest. */
function isOnlyPrepended(before: readonly Message[], after: readonly Message[]): boolean {
  const [first] = before;
  const more = after.length - before.length;
  if (first === undefined || more <= 0) return false;
  return after[more]?.clientId === first.clientId && after.at(-1)?.clientId === before.at(-1)?.clientId;
}
