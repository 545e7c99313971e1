import type { Conversation } from '@skein/client';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { useClient } from '../../live/client-context.tsx';
import { useLive } from '../../live/use-live.ts';
import { ConnectionLine } from '../connection/connection-line.tsx';
import { ConversationRow } from './conversation-row.tsx';
import { NewConversation } from './new-conversation.tsx';

interface ConversationListProps {
  readonly title: string;
  readonly openId: string | null;
  readonly open: (id: string) => void;
}

/** Most recent first; arrow keys move, Enter opens. */
export function ConversationList({ title, openId, open }: ConversationListProps): ReactNode {
  const { t } = useI18n();
  const client = useClient();
  const list = client.conversations.list();
  const conversations = useLive(list);
  const listRef = useRef<HTMLUListElement>(null);
  const [isStarting, setIsStarting] = useState(false);
  const isEmpty = conversations.length === 0 && list.status === 'live';

  function move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const rows = [...(listRef.current?.querySelectorAll<HTMLElement>('button.row') ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
  }

  return (
    <>
      <header className="side-head">
        <h1>{title}</h1>
        {isEmpty ? null : (
          <button
            type="button"
            className="quiet start"
            aria-expanded={isStarting}
            aria-label={t('list.new')}
            title={t('list.new')}
            onClick={() => setIsStarting(!isStarting)}
          >
            +
          </button>
        )}
      </header>
      <ConnectionLine />
      {isStarting || isEmpty ? (
        <NewConversation open={open} done={() => setIsStarting(false)} takesFocus={isStarting} />
      ) : null}
      {isEmpty ? <p className="empty">{t('list.empty')}</p> : null}
      <ul className="rows" ref={listRef} onKeyDown={move}>
        {conversations.map((conversation: Conversation) => (
          <li key={conversation.id}>
            <ConversationRow conversation={conversation} isOpen={conversation.id === openId} open={open} />
          </li>
        ))}
      </ul>
    </>
  );
}
