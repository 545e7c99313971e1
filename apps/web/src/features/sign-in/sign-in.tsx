import type { Auth, Connection } from '@skein/client';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { formText } from '../../ui/form-text.ts';

interface SignInProps {
  /** Of the attempt that is running or has failed; null before the first. */
  readonly connection: Connection | null;
  /** Whoever was signed in on this device is open in another window. */
  readonly elsewhere: string | null;
  readonly signIn: (auth: Auth) => void;
}

/** Sign in or create an account; the form works by keyboard and with a password manager. */
export function SignIn({ connection, elsewhere, signIn }: SignInProps): ReactNode {
  const { t, toggle } = useI18n();
  const [isNew, setIsNew] = useState(false);
  // The attempt whose failure is no longer to the point: the person has turned to the other form.
  const [settled, setSettled] = useState<Connection | null>(null);
  const error = useProblem(connection === settled ? null : connection, elsewhere);
  const isBusy = connection !== null && connection.state !== 'blocked';

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => formText(form, name);
    signIn(isNew ? { register: registration(text) } : { user: text('user'), password: text('password') });
  }

  function turn(): void {
    setIsNew(!isNew);
    setSettled(connection);
  }

  return (
    <main className="sign-in">
      <form className="card" onSubmit={submit} aria-labelledby="sign-in-title">
        <img src="/icon.svg" alt="" width="56" height="56" />
        <h1 id="sign-in-title">{t('app.name')}</h1>
        <p className="meta">{t('app.tagline')}</p>
        {elsewhere === null ? null : (
          <p className="notice" role="status">
            {t('signin.elsewhere', { user: elsewhere })}
            <button
              type="button"
              className="quiet"
              onClick={() => signIn({ session: 'stored', user: elsewhere })}
            >
              {t('signin.useHere')}
            </button>
          </p>
        )}
        <Field name="user" label={t('signin.user')} autoComplete="username" />
        <Field
          name="password"
          label={t('signin.password')}
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          {...(isNew ? { hint: t('signin.passwordHint') } : {})}
        />
        {isNew ? <Field name="name" label={t('signin.name')} isOptional /> : null}
        {isNew ? <Field name="invitation" label={t('signin.invitation')} isOptional /> : null}
        <p className="error" role="alert">
          {error}
        </p>
        <button type="submit" className="primary" disabled={isBusy}>
          {isBusy ? t('signin.working') : t(isNew ? 'signin.register' : 'signin.enter')}
        </button>
        <div className="choices">
          <button type="button" className="quiet" onClick={turn}>
            {t(isNew ? 'signin.toEnter' : 'signin.toRegister')}
          </button>
          <button type="button" className="quiet" onClick={toggle}>
            {t('account.language')}
          </button>
        </div>
      </form>
    </main>
  );
}

/** What stands in the way, in a sentence; nothing when nothing does. */
function useProblem(connection: Connection | null, elsewhere: string | null): string {
  const { t, locale } = useI18n();
  if (connection?.state === 'offline') return t('signin.unreachable');
  // That somebody is open in another window has its own place, with a way out.
  return connection?.state === 'blocked' && elsewhere === null ? connection.error.userMessage(locale) : '';
}

function registration(text: (name: string) => string): {
  user: string;
  password: string;
  name?: string;
  invitation?: string;
} {
  const [name, invitation] = [text('name'), text('invitation')];
  return {
    user: text('user'),
    password: text('password'),
    ...(name === '' ? {} : { name }),
    ...(invitation === '' ? {} : { invitation }),
  };
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
