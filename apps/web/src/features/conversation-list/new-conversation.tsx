import { isSkeinError } from '@skein/client';
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { useClient } from '../../live/client-context.tsx';
import { formText } from '../../ui/form-text.ts';

interface NewConversationProps {
  readonly open: (id: string) => void;
  /** Opened, or given up. */
  readonly done: () => void;
  /** It was asked for just now. */
  readonly takesFocus: boolean;
}

/** A user name starts a direct conversation; several and a title make a group. */
export function NewConversation({ open, done, takesFocus }: NewConversationProps): ReactNode {
  const { t, locale } = useI18n();
  const client = useClient();
  const [isGroup, setIsGroup] = useState(false);
  const [error, setError] = useState('');
  const formRef = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (takesFocus) formRef.current?.querySelector('input')?.focus();
  }, [takesFocus]);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const users = formText(form, 'users').split(/[\s,，、]+/);
    setError('');
    try {
      open(await (isGroup ? createGroup(formText(form, 'title'), users) : findDirect(users[0] ?? '')));
      done();
    } catch (failure) {
      if (failure instanceof NoSuchUserError) setError(t('list.noSuchUser', { user: failure.user }));
      else setError(isSkeinError(failure) ? failure.userMessage(locale) : String(failure));
    }
  }

  async function findDirect(user: string): Promise<string> {
    const [found] = await client.contacts.find([user]);
    if (found === undefined) throw new NoSuchUserError(user);
    return client.conversations.direct(found.id).id;
  }

  async function createGroup(title: string, users: readonly string[]): Promise<string> {
    const found = new Set((await client.contacts.find(users)).map((user) => user.id));
    const missing = users.find((user) => !found.has(user));
    if (missing !== undefined) throw new NoSuchUserError(missing);
    return (await client.conversations.createGroup({ title, users })).id;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') done();
  }

  return (
    <form
      ref={formRef}
      className="new"
      onSubmit={(event) => void submit(event)}
      onKeyDown={onKeyDown}
      aria-label={t('list.new')}
    >
      <div className="segments" role="group" aria-label={t('list.new')}>
        <button type="button" className="quiet" aria-pressed={!isGroup} onClick={() => setIsGroup(false)}>
          {t('list.direct')}
        </button>
        <button type="button" className="quiet" aria-pressed={isGroup} onClick={() => setIsGroup(true)}>
          {t('list.group')}
        </button>
      </div>
      {isGroup ? <Field name="title" label={t('list.groupTitle')} /> : null}
      <div className="new-line">
        <Field name="users" label={t(isGroup ? 'list.newGroup' : 'list.newDirect')} />
        <button type="submit" className="primary">
          {t('list.start')}
        </button>
      </div>
      {error === '' ? null : (
        <p className="error" role="alert">
          {error}
        </p>
      )}
    </form>
  );
}

function Field({ name, label }: { name: string; label: string }): ReactNode {
  return (
    <input
      name={name}
      placeholder={label}
      aria-label={label}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      required
    />
  );
}

class NoSuchUserError extends Error {
  readonly user: string;

  constructor(user: string) {
    super(`no such user: ${user}`);
    this.user = user;
  }
}
