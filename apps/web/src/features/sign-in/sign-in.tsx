import type { Auth, Client, SkeinError } from '@skein/client';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { useLive } from '../../live/use-live.ts';
import { formText } from '../../ui/form-text.ts';

interface SignInProps {
  /** The client that is trying, or has failed, to sign in. */
  readonly client: Client;
  readonly error: SkeinError | null;
  readonly signIn: (auth: Auth) => void;
}

/** Sign in or create an account; the form works by keyboard and with a password manager. */
export function SignIn({ client, error, signIn }: SignInProps): ReactNode {
  const { t, locale, toggle } = useI18n();
  const connection = useLive(client.connection);
  const [isNew, setIsNew] = useState(false);
  const [hasTried, setHasTried] = useState(false);
  const isBusy = hasTried && connection.state !== 'blocked';
  // "Nobody was signed in here" is what the page is for, not an error to show.
  const shown = error === null || error.code === 'auth.required' ? null : error.userMessage(locale);

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => formText(form, name);
    setHasTried(true);
    signIn(isNew ? { register: registration(text) } : { user: text('user'), password: text('password') });
  }

  return (
    <main className="sign-in">
      <form className="card" onSubmit={submit} aria-labelledby="sign-in-title">
        <img src="/icon.svg" alt="" width="56" height="56" />
        <h1 id="sign-in-title">{t('app.name')}</h1>
        <p className="meta">{t('app.tagline')}</p>
        <Field name="user" label={t('signin.user')} autoComplete="username" />
        <Field
          name="password"
          label={t('signin.password')}
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          {...(isNew ? { hint: t('signin.passwordHint') } : {})}
        />
        {isNew ? <Field name="invitation" label={t('signin.invitation')} isOptional /> : null}
        <p className="error" role="alert">
          {shown ?? (hasTried && connection.state === 'offline' ? t('signin.unreachable') : '')}
        </p>
        <button type="submit" className="primary" disabled={isBusy}>
          {isBusy ? t('signin.working') : t(isNew ? 'signin.register' : 'signin.enter')}
        </button>
        <button type="button" className="quiet" onClick={() => setIsNew(!isNew)}>
          {t(isNew ? 'signin.toEnter' : 'signin.toRegister')}
        </button>
        <button type="button" className="quiet" onClick={toggle}>
          {t('account.language')}
        </button>
      </form>
    </main>
  );
}

function registration(text: (name: string) => string): {
  user: string;
  password: string;
  invitation?: string;
} {
  const invitation = text('invitation');
  return { user: text('user'), password: text('password'), ...(invitation === '' ? {} : { invitation }) };
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'password';
  readonly autoComplete?: string;
  readonly hint?: string;
  readonly isOptional?: boolean;
}

function Field({
  name,
  label,
  type = 'text',
  autoComplete = 'off',
  hint,
  isOptional = false,
}: FieldProps): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        type={type}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        required={!isOptional}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
      />
      {hint === undefined ? null : (
        <small id={`${id}-hint`} className="meta">
          {hint}
        </small>
      )}
    </div>
  );
}
