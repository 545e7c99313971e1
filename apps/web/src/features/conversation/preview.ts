import type { ConversationInfo, Message, TipEvent } from '@skein/client';
import type { Translate } from '../../i18n/translator.ts';

/** That a direct conversation was begun goes without saying. */
export function isImplied(message: Message, kind: ConversationInfo['kind']): boolean {
  return kind === 'direct' && message.kind === 'tip' && message.event.type === 'group.created';
}

/** One line that says what a message is; in groups with its sender. */
export function previewOf(message: Message, t: Translate, hasSender: boolean): string {
  const words = wordsOf(message, t);
  const isSentence = message.kind === 'tip' || message.kind === 'recalled';
  return hasSender && !message.mine && !isSentence ? `${message.sender.name}: ${words}` : words;
}

/** The content of a message in words. */
export function wordsOf(message: Message, t: Translate): string {
  switch (message.kind) {
    case 'text':
      return message.text;
    case 'custom':
      return message.fallback;
    case 'unsupported':
      return message.fallback === '' ? t('message.unsupported') : message.fallback;
    case 'recalled':
      return message.mine ? t('message.recalledMine') : t('message.recalled', { name: message.sender.name });
    case 'tip':
      return tipWords(message.event, message.sender.name, t);
  }
}

function tipWords(event: TipEvent, name: string, t: Translate): string {
  switch (event.type) {
    case 'group.created':
      return t('tip.created', { name });
    case 'member.invited':
      return t('tip.invited', { name, users: names(event.users) });
    case 'member.joined':
      return t('tip.joined', { name });
    case 'member.left':
      return t('tip.left', { name });
    case 'member.kicked':
      return t('tip.kicked', { name, users: names(event.users) });
    case 'member.role':
      return t('tip.role', { name, users: names(event.users) });
    case 'settings.title':
      return t('tip.title', { name, title: event.title });
    case 'settings.open':
      return t('tip.open', { name });
    case 'settings.attributes':
      return t('tip.settings', { name });
  }
}

function names(users: readonly { readonly name: string }[]): string {
  return users.map((user) => user.name).join('、');
}
