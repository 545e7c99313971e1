import type { Conversation, Message, TimelineView as View } from '@skein/client';
import { type ReactNode, useMemo, useRef } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { useI18n } from '../../i18n/i18n.tsx';
import { useLive } from '../../live/use-live.ts';
import { Announcer } from './announcer.tsx';
import { isImplied } from './preview.ts';
import { TimelineLine } from './timeline-line.tsx';
import { useMarkRead } from './use-mark-read.ts';
import { useMessageFocus } from './use-message-focus.ts';
import { useScroll } from './use-scroll.ts';

/** As high as `.older` in conversation.css. */
const OLDER_PX = 48;
/** Drawn above and below what is seen: an arrow key finds its neighbour, a fling no blank. */
const AROUND_PX = 800;

interface TimelineProps {
  readonly conversation: Conversation;
  readonly edit: (message: Message) => void;
}

/**
 * The messages of a conversation, oldest first, with what is missing drawn where it is missing. Only what is near the screen
 * is in the document, however long the history is.
 */
export function TimelineView({ conversation, edit }: TimelineProps): ReactNode {
  const { t } = useI18n();
  const timeline = conversation.messages;
  const view = useLive(timeline.view);
  const { kind } = useLive(conversation.info);
  const boxRef = useRef<HTMLDivElement>(null);
  const listRef = useRef<VirtualizerHandle>(null);
  const items = useMemo(() => view.items.filter((one) => !isImplied(one, kind)), [view.items, kind]);
  const loadOlder = (): void => void timeline.loadOlder().catch(ignore);
  const scroll = useScroll({ boxRef, listRef, items, older: view.older, loadOlder });
  const focus = useMessageFocus(items, listRef);
  useMarkRead(conversation, scroll.isAtEnd, view.items);
  return (
    <>
      <div className="timeline" ref={boxRef} onScroll={scroll.onScroll}>
        <div
          className="column"
          role="group"
          aria-label={t('chat.messages')}
          aria-busy={view.older === 'loading'}
          onKeyDown={focus.onKeyDown}
          onFocus={focus.onFocus}
        >
          <Older older={view.older} load={loadOlder} />
          <Virtualizer
            ref={listRef}
            scrollRef={boxRef}
            startMargin={OLDER_PX}
            bufferSize={AROUND_PX}
            shift={scroll.isPrepend}
            data={items}
            keepMounted={focus.kept}
            onResize={scroll.onResize}
          >
            {(message, index) => (
              <TimelineLine
                key={message.clientId}
                before={items[index - 1]}
                message={message}
                after={items[index + 1]}
                position={index + 1}
                total={view.older === 'exhausted' ? items.length : -1}
                gap={gapBefore(view, items[index - 1], message)}
                isFirstUnread={message.seq !== null && message.seq === view.firstUnreadSeq}
                isGroup={kind === 'group'}
                conversation={conversation}
                edit={edit}
              />
            )}
          </Virtualizer>
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

/** What is before the first message: always as high, so that nothing moves when it changes. */
function Older({ older, load }: { older: View['older']; load: () => void }): ReactNode {
  const { t } = useI18n();
  if (older === 'exhausted') return <p className="older tip">{t('chat.begin')}</p>;
  return (
    <button type="button" className="older quiet tip" onClick={load}>
      {t(older === 'loading' ? 'chat.loading' : 'chat.older')}
    </button>
  );
}

function gapBefore(
  { gaps }: View,
  before: Message | undefined,
  after: Message,
): View['gaps'][number] | undefined {
  return gaps.find((one) => one.toSeq < (after.seq ?? 0) && one.fromSeq > (before?.seq ?? 0));
}

/** Being offline is shown by the connection line; the button simply stays. */
function ignore(): void {}
