import { isSkeinError } from '@skein/client';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { useClient } from '../../live/client-context.tsx';
import { formText } from '../../ui/form-text.ts';

/** A name starts a direct conversation; several names and a title make a group. */
export function NewConversation({ open }: { open: (id: string) => void }): ReactNode {
  const { t, locale } = useI18n();
  const client = useClient();
  const [isGroup, setIsGroup] = useState(false);
  const [error, setError] = useState('');

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const users = formText(data, 'users')
      .split(/[\s,，、]+/)
      .filter((user) => user !== '');
    const first = users[0];
    if (first === undefined) return;
    setError('');
    try {
      if (isGroup)
        open((await client.conversations.createGroup({ title: formText(data, 'title'), users })).id);
      else if ((await client.contacts.find([first])).length > 0) open(client.conversations.direct(first).id);
      else setError(locale === 'zh' ? '用户不存在。' : 'There is no such user.');
      form.reset();
    } catch (failure) {
      setError(isSkeinError(failure) ? failure.userMessage(locale) : String(failure));
    }
  }

  return (
    <form className="new" onSubmit={(event) => void submit(event)} aria-label={t('list.new')}>
      <div className="new-line">
        {isGroup ? (
          <input name="title" placeholder={t('list.groupTitle')} aria-label={t('list.groupTitle')} required />
        ) : null}
        <input
          name="users"
          placeholder={t(isGroup ? 'list.newGroup' : 'list.newDirect')}
          aria-label={t(isGroup ? 'list.newGroup' : 'list.newDirect')}
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <button type="submit" className="primary">
          {t('list.start')}
        </button>
      </div>
      <div className="segments" role="group" aria-label={t('list.new')}>
        <button type="button" className="quiet" aria-pressed={!isGroup} onClick={() => setIsGroup(false)}>
          {t('list.direct')}
        </button>
        <button type="button" className="quiet" aria-pressed={isGroup} onClick={() => setIsGroup(true)}>
          {t('list.group')}
        </button>
      </div>
      <p className="error" role="alert">
        {error}
      </p>
    </form>
  );
}
