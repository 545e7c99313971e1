import { type Locale, TEXTS, type TextKey } from './texts.ts';

export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** The sentences of one language. */
export function translator(locale: Locale): Translate {
  return (key, values = {}) =>
    TEXTS[key][locale].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
