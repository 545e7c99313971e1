import type { TimelineView } from '@skein/client';
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

// Closer to the end than this counts as being there.
const NEAR_PX = 48;
// Older messages are asked for when this much of them is left to scroll.
const AHEAD_PX = 600;

interface Scroll {
  readonly isAtEnd: boolean;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
}

/** Stays at the end while there, keeps what is being read in place when something is put above it, asks for more in time. */
export function useScroll(
  ref: RefObject<HTMLElement | null>,
  view: TimelineView,
  loadOlder: () => void,
): Scroll {
  const [isAtEnd, setIsAtEnd] = useState(true);
  const before = useRef({ height: 0, first: '' });
  const isAtEndRef = useRef(true);

  const toEnd = useCallback(() => {
    const box = ref.current;
    if (box !== null) box.scrollTop = box.scrollHeight;
  }, [ref]);

  const onScroll = useCallback(() => {
    const box = ref.current;
    if (box === null) return;
    isAtEndRef.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    setIsAtEnd(isAtEndRef.current);
    if (box.scrollTop < AHEAD_PX && view.older === 'can-load') loadOlder();
  }, [ref, view.older, loadOlder]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs after every change of the items, and only then
  useLayoutEffect(() => {
    const box = ref.current;
    if (box === null) return;
    const first = view.items[0]?.clientId ?? '';
    const grewAbove = before.current.first !== '' && first !== before.current.first;
    if (isAtEndRef.current) toEnd();
    else if (grewAbove) box.scrollTop += box.scrollHeight - before.current.height;
    before.current = { height: box.scrollHeight, first };
  }, [view.items]);

  return { isAtEnd, onScroll, toEnd };
}
