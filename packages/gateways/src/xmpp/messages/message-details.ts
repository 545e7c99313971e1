import type { Content } from '@skein/protocol';
import { NS } from '../namespaces.ts';
import { childOf, type Element, textOf } from '../xml/element.ts';
import { languageOf } from '../xml/language.ts';
import { type Xml, xml, xmlText } from '../xml/write-xml.ts';
import { readElements, writeElements } from './other-elements.ts';

/** What a message has beside its text and is kept with it: it means something to other clients of XMPP alone. */
export type MessageDetails = Pick<
  Content,
  'subject' | 'thread' | 'language' | 'asksReceipt' | 'noCopies' | 'elements'
>;

// RFC 6121 §5.2.5 has no limit; clients use a UUID.
const THREAD_CHARACTERS_MAX = 256;

/** [XM47] Reads them from a stanza; what can't be kept is left out. */
export function readDetails(message: Element): MessageDetails {
  const body = childOf(message, 'body', NS.client);
  const thread = textOf(childOf(message, 'thread', NS.client));
  // RFC 6120 §8.1.5: the language of an element is its own or that of what it is in.
  const language = languageOf(body?.attrs['xml:lang'] ?? message.attrs['xml:lang']);
  return {
    subject: textOf(childOf(message, 'subject', NS.client)),
    thread: thread.length > THREAD_CHARACTERS_MAX ? '' : thread,
    language,
    elements: readElements(message),
    // XEP-0280 §9.
    noCopies: childOf(message, 'private', NS.carbons) !== undefined,
    // XEP-0184 §5.3: nobody asks everyone in a room.
    asksReceipt:
      message.attrs['type'] !== 'groupchat' && childOf(message, 'request', NS.receipts) !== undefined,
  };
}

/** The text of a message with what goes with it. */
export function writeText(
  text: string,
  { subject, thread, language, asksReceipt, elements }: MessageDetails,
): Xml[] {
  const lang = { 'xml:lang': language === '' ? undefined : language };
  const written = [xml('body', lang, xmlText(text))];
  if (subject !== '') written.unshift(xml('subject', lang, xmlText(subject)));
  if (thread !== '') written.push(xml('thread', {}, xmlText(thread)));
  if (elements !== '') written.push(writeElements(elements));
  if (asksReceipt) written.push(xml('request', { xmlns: NS.receipts }));
  return written;
}
