import type { TimelineView } from '@skein/client';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

// Closer to the end than this counts as being there.
const NEAR_PX = 48;
// Older messages are asked for when this much of them is left to scroll.
const AHEAD_PX = 600;

interface Scroll {
  readonly isAtEnd: boolean;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
}

/** What is being read, and where on the screen it is. */
interface Anchor {
  readonly element: Element;
  readonly top: number;
}

/**
 * Stays at the end while there; elsewhere keeps what is being read in place, whatever changes above it; asks for more in
 * time. By hand, because not every browser anchors scrolling, and none does at the very top.
 */
export function useScroll(
  ref: RefObject<HTMLElement | null>,
  view: TimelineView,
  loadOlder: () => void,
): Scroll {
  const [isAtEnd, setIsAtEnd] = useState(true);
  const isAtEndRef = useRef(true);
  const anchor = useRef<Anchor | null>(null);

  const toEnd = useCallback(() => {
    const box = ref.current;
    if (box !== null) box.scrollTop = box.scrollHeight;
  }, [ref]);

  const onScroll = useCallback(() => {
    const box = ref.current;
    if (box === null) return;
    isAtEndRef.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    setIsAtEnd(isAtEndRef.current);
    anchor.current = anchorIn(box);
    if (box.scrollTop < AHEAD_PX && view.older === 'can-load') loadOlder();
  }, [ref, view.older, loadOlder]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs after every change of the view, and only then
  useLayoutEffect(() => {
    const box = ref.current;
    if (box === null) return;
    const kept = anchor.current;
    if (isAtEndRef.current) toEnd();
    else if (kept?.element.isConnected === true) box.scrollTop += topIn(box, kept.element) - kept.top;
    anchor.current = anchorIn(box);
    // Too little to scroll: nobody could ask for more by scrolling.
    if (box.scrollTop < AHEAD_PX && view.older === 'can-load') loadOlder();
  }, [view]);

  // The composer grows, the keyboard of a phone opens: the end stays the end.
  useEffect(() => {
    const box = ref.current;
    if (box === null) return;
    const observer = new ResizeObserver(() => {
      if (isAtEndRef.current) toEnd();
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [ref, toEnd]);

  return { isAtEnd, onScroll, toEnd };
}

/** The first message that reaches into the view. */
function anchorIn(box: HTMLElement): Anchor | null {
  const messages = box.querySelectorAll('.message');
  let from = 0;
  for (let to = messages.length; from < to; ) {
    const middle = (from + to) >> 1;
    const message = messages[middle];
    if (message !== undefined && bottomIn(box, message) <= 0) from = middle + 1;
    else to = middle;
  }
  const element = messages[from];
  return element === undefined ? null : { element, top: topIn(box, element) };
}

function topIn(box: Element, element: Element): number {
  return element.getBoundingClientRect().top - box.getBoundingClientRect().top;
}

function bottomIn(box: Element, element: Element): number {
  return element.getBoundingClientRect().bottom - box.getBoundingClientRect().top;
}
