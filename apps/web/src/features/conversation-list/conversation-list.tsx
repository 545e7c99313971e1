import type { Conversation } from '@skein/client';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { useClient } from '../../live/client-context.tsx';
import { useLive } from '../../live/use-live.ts';
import { ConversationRow } from './conversation-row.tsx';
import { NewConversation } from './new-conversation.tsx';

interface ConversationListProps {
  readonly openId: string | null;
  readonly open: (id: string) => void;
}

/** Most recent first; arrow keys move, Enter opens. */
export function ConversationList({ openId, open }: ConversationListProps): ReactNode {
  const { t } = useI18n();
  const client = useClient();
  const list = client.conversations.list();
  const conversations = useLive(list);
  const listRef = useRef<HTMLUListElement>(null);

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
      <NewConversation open={open} />
      {conversations.length === 0 && list.status === 'live' ? (
        <p className="empty">{t('list.empty')}</p>
      ) : null}
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
