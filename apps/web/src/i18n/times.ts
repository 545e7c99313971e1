import type { Locale } from './texts.ts';

const TAG: Readonly<Record<Locale, string>> = { zh: 'zh-CN', en: 'en' };

/** Hours and minutes. */
export function clockTime(at: Date, locale: Locale): string {
  return new Intl.DateTimeFormat(TAG[locale], {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
}

/** For a row in a list: the time today, the day before that. */
export function rowTime(at: Date, locale: Locale, yesterday: string, now: Date = new Date()): string {
  const days = dayNumber(now) - dayNumber(at);
  if (days <= 0) return clockTime(at, locale);
  if (days === 1) return yesterday;
  return new Intl.DateTimeFormat(TAG[locale], {
    ...yearOf(at, now),
    month: 'numeric',
    day: 'numeric',
  }).format(at);
}

/** For the pill between messages: day and time. */
export function pillTime(at: Date, locale: Locale, now: Date = new Date()): string {
  if (dayNumber(now) === dayNumber(at)) return clockTime(at, locale);
  return new Intl.DateTimeFormat(TAG[locale], {
    ...yearOf(at, now),
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
}

/** The year goes without saying while it lasts. */
function yearOf(at: Date, now: Date): { readonly year?: 'numeric' } {
  return at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' };
}

/** Days since 1970 in local time. */
function dayNumber(at: Date): number {
  return Math.floor((at.getTime() - at.getTimezoneOffset() * 60_000) / 86_400_000);
}
