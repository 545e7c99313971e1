import type { Connection } from '@skein/client';
import type { Language } from './language.ts';

/** The connection in words, with how much waits for it. */
export function connectionWords(connection: Connection, waiting: number, language: Language): string {
  const words = stateWords(connection, language);
  const isWaiting = waiting > 0 && connection.state !== 'online';
  return isWaiting ? language.text('connection.waiting', { words, count: waiting }) : words;
}

function stateWords(connection: Connection, { text, locale }: Language): string {
  switch (connection.state) {
    case 'online':
      return text('connection.online');
    case 'connecting':
      return text('connection.connecting');
    case 'catching-up':
      return text('connection.catchingUp');
    case 'offline':
      return text('connection.offline');
    case 'blocked':
      return connection.error.userMessage(locale);
  }
}
