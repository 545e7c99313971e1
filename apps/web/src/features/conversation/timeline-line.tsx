import type { Conversation, Gap, Message } from '@skein/client';
import { memo, type ReactNode } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { pillTime } from '../../i18n/times.ts';
import { Bubble, receiptOf } from './bubble.tsx';

// A pause longer than this is worth telling the time.
const PAUSE_MS = 180_000;

interface TimelineLineProps {
  readonly before: Message | undefined;
  readonly message: Message;
  readonly after: Message | undefined;
  /** From 1, among those that are loaded; `total` is -1 while there may be older ones. */
  readonly position: number;
  readonly total: number;
  /** What is missing right before it. */
  readonly gap: Gap | undefined;
  readonly isFirstUnread: boolean;
  readonly isGroup: boolean;
  readonly conversation: Conversation;
  readonly edit: (message: Message) => void;
}

/** One message, with what stands between it and the one before: the time after a pause, a gap, the line before what is new. */
export const TimelineLine = memo(function TimelineLine(props: TimelineLineProps): ReactNode {
  const { before, message, after, gap, conversation } = props;
  const { t, locale } = useI18n();
  const isPause = before === undefined || message.at.getTime() - before.at.getTime() > PAUSE_MS;
  return (
    <div className="line" data-key={message.clientId}>
      {gap === undefined ? null : (
        <button
          type="button"
          className="gap"
          disabled={gap.isLoading}
          onClick={() => void conversation.messages.fillGap(gap).catch(ignore)}
        >
          {gap.isLoading ? t('chat.loading') : t('chat.gap', { count: gap.toSeq - gap.fromSeq + 1 })}
        </button>
      )}
      {isPause ? <time className="pill">{pillTime(message.at, locale)}</time> : null}
      {props.isFirstUnread ? <p className="unread-line">{t('chat.unreadLine')}</p> : null}
      <Bubble
        message={message}
        position={props.position}
        total={props.total}
        isGroup={props.isGroup}
        startsRun={startsRun(before, message)}
        endsRun={endsRun(message, after)}
        isTabStop={after === undefined}
        conversation={conversation}
        edit={props.edit}
      />
    </div>
  );
});

/** Whether it is drawn as something that somebody said, and has the focus of the arrow keys. */
export function isArticle(message: Message): boolean {
  return message.kind !== 'tip' && message.kind !== 'recalled';
}

function startsRun(before: Message | undefined, after: Message): boolean {
  if (before === undefined || !isArticle(before)) return true;
  return before.sender.id !== after.sender.id || after.at.getTime() - before.at.getTime() > PAUSE_MS;
}

/** The last of a run tells the time and the receipt for all: unless the next one has come less far. */
function endsRun(message: Message, after: Message | undefined): boolean {
  if (after === undefined || startsRun(message, after) || !isArticle(after)) return true;
  return message.mine && receiptOf(message) !== receiptOf(after);
}

/** Being offline is shown by the connection line; the button simply stays. */
function ignore(): void {}
