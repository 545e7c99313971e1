import type { ConversationInfo, Message, TipEvent } from '@skein/client';
import { printable } from '../text/printable.ts';
import type { Language } from './language.ts';

/** The content of a message in words, safe to print. */
export function messageWords(message: Message, language: Language): string {
  switch (message.kind) {
    case 'text':
      return printable(message.text);
    case 'custom':
      return printable(message.fallback);
    case 'unsupported':
      return message.fallback === '' ? language.text('message.unsupported') : printable(message.fallback);
    case 'recalled':
      return message.mine
        ? language.text('message.recalledMine')
        : language.text('message.recalled', { name: printable(message.sender.name) });
    case 'tip':
      return printable(tipWords(message.event, message.sender.name, language));
  }
}

/** True for what is a sentence by itself and needs no name before it. */
export function isNotice(message: Message): boolean {
  return message.kind === 'tip' || message.kind === 'recalled';
}

/** That two people can write to each other is no news; what happens to a group is. */
export function isSaid(message: Message, kind: ConversationInfo['kind']): boolean {
  return kind === 'group' || message.kind !== 'tip';
}

function tipWords(event: TipEvent, name: string, { text, names }: Language): string {
  switch (event.type) {
    case 'group.created':
      return text('tip.created', { name });
    case 'member.invited':
      return text('tip.invited', { name, users: names(event.users) });
    case 'member.joined':
      return text('tip.joined', { name });
    case 'member.left':
      return text('tip.left', { name });
    case 'member.kicked':
      return text('tip.kicked', { name, users: names(event.users) });
    case 'member.role':
      return text('tip.role', { name, users: names(event.users) });
    case 'settings.title':
      return text('tip.title', { name, title: event.title });
    case 'settings.open':
      return text('tip.open', { name });
    case 'settings.attributes':
      return text('tip.settings', { name });
  }
}
