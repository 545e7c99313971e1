import type { Me } from '@skein/client';
import { type ReactNode, useEffect } from 'react';
import { ConversationPane } from '../features/conversation/conversation-pane.tsx';
import { ConversationList } from '../features/conversation-list/conversation-list.tsx';
import { UpdateNotice } from '../features/update/update-notice.tsx';
import { useI18n } from '../i18n/i18n.tsx';
import { useClient } from '../live/client-context.tsx';
import { useLive } from '../live/use-live.ts';
import { Avatar } from '../ui/avatar.tsx';
import { openConversation, useOpenConversation } from './route.ts';

/** List and conversation side by side, or one at a time on a narrow screen. */
export function Shell({ me, signOut }: { me: Me; signOut: () => Promise<void> }): ReactNode {
  const { t, toggle } = useI18n();
  const client = useClient();
  const openId = useOpenConversation();
  const unread = useLive(client.unread);
  const count = unread.total > 99 ? '99+' : unread.total;
  useEffect(() => {
    document.title = unread.total > 0 ? `(${count}) ${t('app.name')}` : t('app.name');
  }, [unread.total, count, t]);
  return (
    <div className="shell" data-open={openId !== null}>
      <a className="skip" href="#messages">
        {t('app.skip')}
      </a>
      <aside className="side" aria-label={t('list.label')}>
        <ConversationList
          title={unread.total > 0 ? t('list.titleCount', { count }) : t('list.title')}
          openId={openId}
          open={openConversation}
        />
        <UpdateNotice />
        <footer className="side-foot">
          <Avatar name={me.name} id={me.id} />
          <span className="side-me">
            <span className="name">{me.name}</span>
            {me.name === me.id ? null : <span className="meta">{me.id}</span>}
          </span>
          <button type="button" className="quiet" onClick={toggle}>
            {t('account.language')}
          </button>
          <button type="button" className="quiet" onClick={() => void signOut()}>
            {t('account.signOut')}
          </button>
        </footer>
      </aside>
      <main className="pane" id="messages">
        {openId === null ? (
          <div className="empty">
            <img src="/icon.svg" alt="" width="56" height="56" />
            <p>{t('chat.choose')}</p>
          </div>
        ) : (
          <ConversationPane key={openId} id={openId} />
        )}
      </main>
    </div>
  );
}
