import type { Conversation, Message } from '@skein/client';
import { useEffect } from 'react';

/** What a person can have seen is read: the newest message is on the screen, and somebody looks at the page. */
export function useMarkRead(conversation: Conversation, isAtEnd: boolean, items: readonly Message[]): void {
  useEffect(() => {
    const mark = (): void => {
      if (isAtEnd && items.length > 0 && document.visibilityState === 'visible' && document.hasFocus()) {
        conversation.markRead();
      }
    };
    mark();
    document.addEventListener('visibilitychange', mark);
    addEventListener('focus', mark);
    return () => {
      document.removeEventListener('visibilitychange', mark);
      removeEventListener('focus', mark);
    };
  }, [conversation, isAtEnd, items]);
}
