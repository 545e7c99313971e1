import type { Conversation, Message } from '@skein/client';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { useClient } from '../../live/client-context.tsx';
import { useLive } from '../../live/use-live.ts';

interface ComposerProps {
  readonly conversation: Conversation;
  /** The own message being changed; null when writing a new one. */
  readonly editing: Message | null;
  readonly done: () => void;
}

/** Enter sends, Shift+Enter starts a line, and an input method's Enter does neither. The draft is kept by the SDK. */
export function Composer({ conversation, editing, done }: ComposerProps): ReactNode {
  const { t } = useI18n();
  const client = useClient();
  const info = useLive(conversation.info);
  const draft = useLive(conversation.draft);
  const ref = useRef<HTMLTextAreaElement>(null);
  const isEditing = editing !== null;

  useEffect(() => {
    const box = ref.current;
    if (box === null) return;
    if (editing?.kind === 'text') box.value = editing.text;
    // On a phone the keyboard would cover the conversation that was just opened.
    if (isEditing || matchMedia('(hover: hover)').matches) box.focus();
  }, [editing, isEditing]);

  useEffect(() => {
    const box = ref.current;
    if (box !== null && !isEditing && box.value !== draft.text) box.value = draft.text;
  }, [draft.text, isEditing]);

  function submit(): void {
    const text = (ref.current?.value ?? '').trim();
    if (text === '') return;
    if (editing === null) {
      conversation.send(text).sent.catch(() => undefined);
      conversation.setDraft({ text: '' });
      conversation.setTyping(false);
      if (ref.current !== null) ref.current.value = '';
    } else {
      client.messages.edit(editing, text).catch(() => undefined);
      done();
    }
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    // 229 is what some browsers report for a key that the input method took.
    const isComposing = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key === 'Escape' && isEditing) done();
    if (event.key !== 'Enter' || event.shiftKey || isComposing) return;
    event.preventDefault();
    submit();
  }

  function onInput(): void {
    if (isEditing) return;
    const text = ref.current?.value ?? '';
    conversation.setDraft({ text });
    conversation.setTyping(text !== '');
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {isEditing ? <EditingNote cancel={done} /> : null}
      <textarea
        ref={ref}
        rows={2}
        defaultValue={isEditing ? '' : draft.text}
        aria-label={t('chat.composer', { name: info.title })}
        placeholder={t('chat.composer', { name: info.title })}
        onKeyDown={onKeyDown}
        onInput={onInput}
      />
      <button type="submit" className="primary">
        {t('chat.send')}
      </button>
    </form>
  );
}

function EditingNote({ cancel }: { cancel: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <p className="editing meta">
      {t('message.editing')}
      <button type="button" className="quiet" onClick={cancel}>
        {t('message.cancel')}
      </button>
    </p>
  );
}
