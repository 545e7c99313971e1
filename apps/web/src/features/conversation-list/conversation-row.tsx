import type { Conversation } from '@skein/client';
import { memo, type ReactNode } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { rowTime } from '../../i18n/times.ts';
import { useLive } from '../../live/use-live.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { isImplied, previewOf } from '../conversation/preview.ts';

interface ConversationRowProps {
  readonly conversation: Conversation;
  readonly isOpen: boolean;
  readonly open: (id: string) => void;
}

export const ConversationRow = memo(function ConversationRow({
  conversation,
  isOpen,
  open,
}: ConversationRowProps): ReactNode {
  const { t, locale } = useI18n();
  const info = useLive(conversation.info);
  const draft = useLive(conversation.draft);
  const typing = useLive(conversation.typing);
  const hasDraft = draft.text !== '' && !isOpen;
  const preview =
    info.last === null || isImplied(info.last, info.kind)
      ? ''
      : previewOf(info.last, t, info.kind === 'group');
  return (
    <button
      type="button"
      className="row"
      aria-current={isOpen ? 'page' : undefined}
      onClick={() => open(conversation.id)}
    >
      <Avatar name={info.title} id={info.peer?.id ?? conversation.id} />
      <span className="row-title">{info.title}</span>
      <span className="row-time meta">
        {info.at === null ? '' : rowTime(info.at, locale, t('time.yesterday'))}
      </span>
      <span className="row-preview">
        {hasDraft ? <em className="draft">{t('list.draft')} </em> : null}
        {typing.length > 0 ? t('list.typing') : hasDraft ? draft.text : preview}
      </span>
      {info.unread > 0 ? (
        <span className="badge">
          <span aria-hidden="true">{info.unread > 99 ? '99+' : info.unread}</span>
          <span className="sr-only">{t('list.unread', { count: info.unread })}</span>
        </span>
      ) : null}
    </button>
  );
});
