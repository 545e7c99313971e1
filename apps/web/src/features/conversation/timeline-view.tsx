import type { Conversation, Gap, Message } from '@skein/client';
import { Fragment, type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { pillTime } from '../../i18n/times.ts';
import { useLive } from '../../live/use-live.ts';
import { Announcer } from './announcer.tsx';
import { Bubble, receiptOf } from './bubble.tsx';
import { isImplied } from './preview.ts';
import { useMarkRead } from './use-mark-read.ts';
import { useScroll } from './use-scroll.ts';

// A pause longer than this is worth telling the time.
const PAUSE_MS = 180_000;

interface TimelineProps {
  readonly conversation: Conversation;
  readonly edit: (message: Message) => void;
}

/** The messages of a conversation, oldest first, with what is missing drawn where it is missing. */
export function TimelineView({ conversation, edit }: TimelineProps): ReactNode {
  const { t } = useI18n();
  const timeline = conversation.messages;
  const view = useLive(timeline.view);
  const info = useLive(conversation.info);
  const scrollRef = useRef<HTMLDivElement>(null);
  const scroll = useScroll(scrollRef, view, () => void timeline.loadOlder().catch(ignore));
  useMarkRead(conversation, scroll.isAtEnd, view.items);
  const items = view.items.filter((message) => !isImplied(message, info.kind));
  return (
    <>
      <div className="timeline" ref={scrollRef} onScroll={scroll.onScroll}>
        <div
          className="column"
          role="group"
          aria-label={t('chat.messages')}
          aria-busy={view.older === 'loading'}
          onKeyDown={moveFocus}
        >
          {view.older === 'exhausted' ? (
            <p className="tip">{t('chat.begin')}</p>
          ) : (
            <button
              type="button"
              className="quiet tip"
              onClick={() => void timeline.loadOlder().catch(ignore)}
            >
              {t(view.older === 'loading' ? 'chat.loading' : 'chat.older')}
            </button>
          )}
          {items.map((message, index) => (
            <Fragment key={message.clientId}>
              <Between
                before={items[index - 1]}
                after={message}
                gaps={view.gaps}
                isFirstUnread={message.seq !== null && message.seq === view.firstUnreadSeq}
                fill={(gap) => void timeline.fillGap(gap).catch(ignore)}
              />
              <Bubble
                message={message}
                isGroup={info.kind === 'group'}
                startsRun={startsRun(items[index - 1], message)}
                endsRun={endsRun(message, items[index + 1])}
                isTabStop={index === items.length - 1}
                conversation={conversation}
                edit={edit}
              />
            </Fragment>
          ))}
        </div>
      </div>
      {scroll.isAtEnd ? null : (
        <button type="button" className="latest" onClick={scroll.toEnd}>
          {t('chat.latest')}
        </button>
      )}
      <Announcer items={view.items} />
    </>
  );
}

interface BetweenProps {
  readonly before: Message | undefined;
  readonly after: Message;
  readonly gaps: readonly Gap[];
  readonly isFirstUnread: boolean;
  readonly fill: (gap: Gap) => void;
}

/** What stands between two messages: the time after a pause, a gap, the line before what is new. */
function Between({ before, after, gaps, isFirstUnread, fill }: BetweenProps): ReactNode {
  const { t, locale } = useI18n();
  const isPause = before === undefined || after.at.getTime() - before.at.getTime() > PAUSE_MS;
  const gap = gaps.find((one) => one.toSeq < (after.seq ?? 0) && one.fromSeq > (before?.seq ?? 0));
  return (
    <>
      {gap === undefined ? null : (
        <button type="button" className="gap" disabled={gap.isLoading} onClick={() => fill(gap)}>
          {gap.isLoading ? t('chat.loading') : t('chat.gap', { count: gap.toSeq - gap.fromSeq + 1 })}
        </button>
      )}
      {isPause ? <time className="pill">{pillTime(after.at, locale)}</time> : null}
      {isFirstUnread ? <p className="unread-line">{t('chat.unreadLine')}</p> : null}
    </>
  );
}

function startsRun(before: Message | undefined, after: Message): boolean {
  if (before === undefined || before.kind === 'tip' || before.kind === 'recalled') return true;
  return before.sender.id !== after.sender.id || after.at.getTime() - before.at.getTime() > PAUSE_MS;
}

/** The last of a run tells the time and the receipt for all: unless the next one has come less far. */
function endsRun(message: Message, after: Message | undefined): boolean {
  if (after === undefined || startsRun(message, after) || after.kind === 'tip' || after.kind === 'recalled') {
    return true;
  }
  return message.mine && receiptOf(message) !== receiptOf(after);
}

/** Arrow keys lead from message to message. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const focused = document.activeElement?.closest('.message');
  if (step === undefined || focused === null || focused === undefined) return;
  event.preventDefault();
  const messages = [...event.currentTarget.querySelectorAll<HTMLElement>('.message')];
  messages[messages.indexOf(focused as HTMLElement) + step]?.focus();
}

/** Being offline is shown by the connection line; the button simply stays. */
function ignore(): void {}
