import type { Place } from '../session/conversation-book.ts';
import { xml, xmlText } from '../xml/write-xml.ts';
import type { Rooms } from './rooms.ts';

/** §8.1: the subject is the group's title. */
export function tellSubject(rooms: Rooms, { title }: Place, from: string): void {
  const subject = xml('subject', {}, xmlText(title));
  rooms.session.write(xml('message', { type: 'groupchat', from, to: rooms.session.jid }, subject));
}
