import type { Conversation, Message } from '@skein/client';
import { memo, type ReactNode } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { clockTime } from '../../i18n/times.ts';
import { useClient } from '../../live/client-context.tsx';
import { Avatar, hueOf } from '../../ui/avatar.tsx';
import { type ReceiptState, RingReceipt } from '../../ui/ring-receipt.tsx';
import { wordsOf } from './preview.ts';

const LIKE = '👍';

interface BubbleProps {
  readonly message: Message;
  /** For those who cannot see how many there are; see TimelineLine. */
  readonly position: number;
  readonly total: number;
  readonly isGroup: boolean;
  /** First of several by the same sender: has the avatar and the seal corner. */
  readonly startsRun: boolean;
  /** Last of several: says when. */
  readonly endsRun: boolean;
  /** The one that the Tab key reaches; arrow keys lead to the others. */
  readonly isTabStop: boolean;
  readonly conversation: Conversation;
  readonly edit: (message: Message) => void;
}

export const Bubble = memo(function Bubble(props: BubbleProps): ReactNode {
  const { message, isGroup, startsRun, endsRun, conversation } = props;
  const { t, locale } = useI18n();
  if (message.kind === 'tip') return <p className="tip">{wordsOf(message, t)}</p>;
  if (message.kind === 'recalled') return <Tombstone message={message} conversation={conversation} />;
  return (
    <article
      className="message"
      data-mine={message.mine}
      data-run={startsRun}
      tabIndex={props.isTabStop ? 0 : -1}
      aria-posinset={props.position}
      aria-setsize={props.total}
      aria-label={label()}
    >
      {startsRun && !message.mine ? <Avatar name={message.sender.name} id={message.sender.id} /> : null}
      <div className="bubble-box">
        {isGroup && startsRun && !message.mine ? (
          <span className={`sender hue-text-${hueOf(message.sender.id)}`}>{message.sender.name}</span>
        ) : null}
        <p className="bubble" dir="auto">
          {wordsOf(message, t)}
        </p>
        <Reactions message={message} />
        <Actions {...props} />
        {endsRun || message.editedAt !== null || message.state !== 'sent' ? (
          <Under message={message} isGroup={isGroup} />
        ) : null}
        {message.error === null ? null : (
          <p className="error" role="alert">
            {message.error.userMessage(locale)}
          </p>
        )}
      </div>
    </article>
  );

  function label(): string {
    const state = message.mine ? `, ${t(`state.${receiptOf(message)}`)}` : '';
    return `${message.sender.name}, ${wordsOf(message, t)}, ${clockTime(message.at, locale)}${state}`;
  }
});

/** When it was said, and how far it has come. */
function Under({ message, isGroup }: { message: Message; isGroup: boolean }): ReactNode {
  const { t, locale } = useI18n();
  const { read, of } = message.receipts;
  return (
    <p className="under meta">
      {message.editedAt === null ? null : <span>{t('message.edited')}</span>}
      <time dateTime={message.at.toISOString()}>{clockTime(message.at, locale)}</time>
      {message.mine && isGroup && message.seq !== null && of > 0 ? <span>{`${read}/${of}`}</span> : null}
      {message.mine ? <RingReceipt state={receiptOf(message)} /> : null}
    </p>
  );
}

function Tombstone({ message, conversation }: { message: Message; conversation: Conversation }): ReactNode {
  const { t } = useI18n();
  const text = message.recalled?.text ?? null;
  return (
    <p className="tip">
      {wordsOf(message, t)}
      {message.mine && text !== null ? (
        <button type="button" className="quiet" onClick={() => conversation.setDraft({ text })}>
          {t('message.editAgain')}
        </button>
      ) : null}
    </p>
  );
}

function Reactions({ message }: { message: Message }): ReactNode {
  const client = useClient();
  if (message.reactions.length === 0) return null;
  return (
    <p className="reactions">
      {message.reactions.map((reaction) => (
        <button
          key={reaction.key}
          type="button"
          aria-pressed={reaction.mine}
          title={reaction.users.map((user) => user.name).join('、')}
          onClick={() => void client.messages.react(message, reaction.key).catch(ignore)}
        >
          {`${reaction.key} ${reaction.users.length}`}
        </button>
      ))}
    </p>
  );
}

/** Sent again as it is only where that may help; what is too long goes back to where it was written. */
function FailedActions({ message, conversation }: Pick<BubbleProps, 'message' | 'conversation'>): ReactNode {
  const { t } = useI18n();
  const client = useClient();
  const discard = (): void => void client.outbox.cancel(message.clientId);
  const text = message.kind === 'text' && isAboutText(message.error) ? message.text : null;
  const writeAgain = (): void => {
    if (text !== null) conversation.setDraft({ text });
    discard();
  };
  const sendAgain = (): void => client.outbox.retry(message.clientId);
  return (
    <p className="actions shown">
      <button type="button" className="quiet" onClick={text === null ? sendAgain : writeAgain}>
        {t(text === null ? 'message.retry' : 'message.editAgain')}
      </button>
      <button type="button" className="quiet" onClick={discard}>
        {t('message.discard')}
      </button>
    </p>
  );
}

/** The very same text will be refused again. */
function isAboutText(error: Message['error']): boolean {
  return error?.code === 'message.too_large' || error?.code === 'message.invalid';
}

function Actions({ message, edit, conversation }: BubbleProps): ReactNode {
  const { t } = useI18n();
  const client = useClient();
  if (message.state === 'failed') return <FailedActions message={message} conversation={conversation} />;
  if (message.seq === null) return null;
  return (
    <p className="actions">
      <button
        type="button"
        className="quiet"
        onClick={() => void client.messages.react(message, LIKE).catch(ignore)}
      >
        {t('message.like')}
      </button>
      {message.mine && message.kind === 'text' ? (
        <button type="button" className="quiet" onClick={() => edit(message)}>
          {t('message.edit')}
        </button>
      ) : null}
      {message.mine ? (
        <button
          type="button"
          className="quiet"
          onClick={() => void client.messages.recall(message).catch(ignore)}
        >
          {t('message.recall')}
        </button>
      ) : null}
    </p>
  );
}

/** How far an own message has come, as one word. */
export function receiptOf(message: Message): ReceiptState {
  if (message.state !== 'sent') return message.state;
  const { read, delivered, of } = message.receipts;
  if (of > 0 && read >= of) return 'read';
  return of > 0 && delivered >= of ? 'delivered' : 'sent';
}

/** A refused edit, recall or reaction shows in the message itself. */
function ignore(): void {}
