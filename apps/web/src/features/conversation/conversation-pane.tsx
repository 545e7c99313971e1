import type { Message } from '@skein/client';
import { type ReactNode, useState } from 'react';
import { openConversation } from '../../app/route.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useClient } from '../../live/client-context.tsx';
import { useLive } from '../../live/use-live.ts';
import { ConnectionLine } from '../connection/connection-line.tsx';
import { Composer } from './composer.tsx';
import { TimelineView } from './timeline-view.tsx';

/** One conversation: who, what was said, and where to say something. */
export function ConversationPane({ id }: { id: string }): ReactNode {
  const { t } = useI18n();
  const client = useClient();
  const conversation = client.conversations.get(id);
  const info = useLive(conversation.info);
  const typing = useLive(conversation.typing);
  const [editing, setEditing] = useState<Message | null>(null);
  const isMember = info.role !== null || (info.kind === 'direct' && !info.exists);
  return (
    <section className="conversation" aria-label={t('chat.with', { name: info.title })}>
      <header className="pane-head">
        <button
          type="button"
          className="quiet back"
          onClick={() => openConversation(null)}
          aria-label={t('chat.back')}
        >
          ‹
        </button>
        <h2>{info.title}</h2>
        <span className="meta" aria-live="polite">
          {typing.length > 0
            ? t('chat.typing', { names: typing.map((user) => user.name).join('、') })
            : info.kind === 'group'
              ? t('chat.members', { count: info.memberCount })
              : ''}
        </span>
      </header>
      <div className="only-narrow">
        <ConnectionLine />
      </div>
      <TimelineView conversation={conversation} edit={setEditing} />
      {isMember ? (
        <Composer
          key={editing?.clientId ?? 'new'}
          conversation={conversation}
          editing={editing}
          done={() => setEditing(null)}
        />
      ) : (
        <p className="empty">{t('chat.left')}</p>
      )}
    </section>
  );
}
