import { type Locale, TEXTS, type TextKey } from './texts.ts';

type Fills = Readonly<Record<string, string | number>>;

/** One language: its sentences and its way to write a time. */
export interface Language {
  readonly locale: Locale;
  readonly text: (key: TextKey, fills?: Fills) => string;
  /** Hours and minutes. */
  readonly clock: (at: Date) => string;
  readonly day: (at: Date) => string;
  /** Names in a row. */
  readonly names: (users: readonly { readonly name: string }[]) => string;
}

/** Chinese where the environment asks for it, as POSIX orders its variables; else English. */
export function localeOf(environment: NodeJS.ProcessEnv): Locale {
  const wish = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  return wish.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export function languageOf(locale: Locale): Language {
  const tag = locale === 'zh' ? 'zh-CN' : 'en';
  const clock = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const day = new Intl.DateTimeFormat(tag, { weekday: 'short', month: 'long', day: 'numeric' });
  return {
    locale,
    text: (key, fills = {}) =>
      TEXTS[key][locale].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(fills[name] ?? whole)),
    clock: (at) => clock.format(at),
    day: (at) => day.format(at),
    names: (users) => users.map(({ name }) => name).join(locale === 'zh' ? '、' : ', '),
  };
}
