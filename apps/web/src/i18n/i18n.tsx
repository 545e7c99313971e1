import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { Locale } from './texts.ts';
import { type Translate, translator } from './translator.ts';

interface I18n {
  readonly locale: Locale;
  readonly t: Translate;
  readonly toggle: () => void;
}

const STORAGE_KEY = 'skein.locale';
const I18nContext = createContext<I18n | null>(null);

export function I18nProvider({ children }: { children: ReactNode }): ReactNode {
  const [locale, setLocale] = useState<Locale>(initialLocale);
  useEffect(() => {
    document.documentElement.lang = locale === 'zh' ? 'zh-CN' : 'en';
    localStorage.setItem(STORAGE_KEY, locale);
  }, [locale]);
  const toggle = useCallback(() => setLocale((now) => (now === 'zh' ? 'en' : 'zh')), []);
  const value = useMemo<I18n>(() => ({ locale, t: translator(locale), toggle }), [locale, toggle]);
  return <I18nContext.Provider value={value}>{children}</I18nContext.Provider>;
}

export function useI18n(): I18n {
  const i18n = useContext(I18nContext);
  if (i18n === null) throw new Error('useI18n needs an I18nProvider around it');
  return i18n;
}

/** What the person chose, else what the browser prefers. */
function initialLocale(): Locale {
  const chosen = localStorage.getItem(STORAGE_KEY);
  if (chosen === 'zh' || chosen === 'en') return chosen;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
