import type { Message } from '@skein/client';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { wordsOf } from './preview.ts';

// New messages are read out together, not one over the other.
const TOGETHER_MS = 1_000;

/** Tells a screen reader of messages that arrive while the conversation is open. */
export function Announcer({ items }: { items: readonly Message[] }): ReactNode {
  const { t } = useI18n();
  const [text, setText] = useState('');
  const lastSeq = useRef<number | null>(null);
  useEffect(() => {
    const newest = items.findLast((item) => item.seq !== null)?.seq ?? 0;
    // The first look is history, not news.
    lastSeq.current ??= newest;
    const since = lastSeq.current;
    const timer = setTimeout(() => {
      const news = items.filter((item) => (item.seq ?? 0) > since && !item.mine);
      lastSeq.current = newest;
      const only = news[0];
      if (only === undefined) return;
      const isOne = news.length === 1;
      setText(
        isOne
          ? t('message.announce', { name: only.sender.name, text: wordsOf(only, t) })
          : t('message.announceMany', { count: news.length }),
      );
    }, TOGETHER_MS);
    return () => clearTimeout(timer);
  }, [items, t]);
  return (
    <p className="sr-only" role="status">
      {text}
    </p>
  );
}
