import type { ConversationInfo, Gap, Message, TimelineView } from '@skein/client';
import { clip, widthOf, wrap } from '../text/display-width.ts';
import { printableLine } from '../text/printable.ts';
import type { Language } from '../words/language.ts';
import { isNotice, isSaid, messageWords } from '../words/message-words.ts';
import { RINGS, receiptOf } from '../words/receipt.ts';
import { type Line, line, plainText, type Span } from './line.ts';

/** A line, and whose it is: the message's key, so that scrolling holds on to what is read. */
export interface TimelineLine {
  readonly owner: string;
  readonly line: Line;
}

export interface TimelineStyle {
  readonly width: number;
  readonly kind: ConversationInfo['kind'];
  readonly language: Language;
}

/** A new name is written above a message when the sender changes, or after this long. */
const RUN_MS_MAX = 5 * 60_000;
const INDENT = 2;

/** The whole window on a conversation, from its top to its newest line. */
export function drawTimeline(view: TimelineView, style: TimelineStyle): TimelineLine[] {
  const lines: TimelineLine[] = [{ owner: '', line: line(topWords(view, style.language), 'dim') }];
  let previous: Message | null = null;
  for (const message of view.items.filter((each) => isSaid(each, style.kind))) {
    const drawn = [
      ...separators(message, previous, view, style.language),
      ...header(message, previous, style.language),
      ...body(message, view.items, style),
    ];
    lines.push(...drawn.map((each) => ({ owner: message.clientId, line: each })));
    previous = message;
  }
  return lines;
}

function topWords({ older }: TimelineView, { text }: Language): string {
  switch (older) {
    case 'can-load':
      return text('chat.older');
    case 'loading':
      return text('chat.loading');
    case 'exhausted':
      return text('chat.begin');
  }
}

/** What stands between two messages: a hole, another day, the line above what is new. */
function separators(
  message: Message,
  previous: Message | null,
  { gaps, firstUnreadSeq }: TimelineView,
  language: Language,
): Line[] {
  const lines: Line[] = [];
  const gap = gaps.find((each) => isBetween(each, previous, message));
  if (gap !== undefined)
    lines.push(line(language.text('chat.gap', { count: gap.toSeq - gap.fromSeq + 1 }), 'dim'));
  if (previous === null || previous.at.toDateString() !== message.at.toDateString())
    lines.push(line(`── ${language.day(message.at)} ──`, 'dim'));
  if (firstUnreadSeq !== null && message.seq === firstUnreadSeq)
    lines.push(line(`── ${language.text('chat.unreadLine')} ──`, 'accent'));
  return lines;
}

function isBetween(gap: Gap, previous: Message | null, message: Message): boolean {
  const after = previous?.seq ?? 0;
  return gap.fromSeq > after && gap.toSeq < (message.seq ?? Number.POSITIVE_INFINITY);
}

function header(message: Message, previous: Message | null, language: Language): Line[] {
  if (isNotice(message) || isSameRun(message, previous)) return [];
  const name = message.mine ? language.text('chat.me') : printableLine(message.sender.name);
  const time = `  ${language.clock(message.at)}`;
  return [
    [
      { text: name, style: message.mine ? 'accent' : 'strong' },
      { text: time, style: 'dim' },
    ],
  ];
}

function isSameRun(message: Message, previous: Message | null): boolean {
  if (previous === null || isNotice(previous)) return false;
  const isLater = message.at.getTime() - previous.at.getTime() > RUN_MS_MAX;
  const isOtherDay = message.at.toDateString() !== previous.at.toDateString();
  return previous.sender.id === message.sender.id && !isLater && !isOtherDay;
}

function body(message: Message, all: readonly Message[], { width, kind, language }: TimelineStyle): Line[] {
  const words = messageWords(message, language);
  const room = width - INDENT;
  if (isNotice(message)) return wrap(words, room).map((each) => line(`  ${each}`, 'dim'));
  const texts = wrap(words, room).map((text): Span[] => [{ text, style: 'plain' }]);
  const lines = [...quote(message, all, room, language), ...texts];
  addRemark(lines, remarkOf(message, kind === 'group', language), room);
  if (message.reactions.length > 0) lines.push([{ text: clip(reactionsOf(message), room), style: 'dim' }]);
  if (message.error !== null)
    lines.push(
      ...wrap(message.error.userMessage(language.locale), room).map((text): Span[] => [
        { text, style: 'alarm' },
      ]),
    );
  return lines.map((spans, index) => [gutter(message, index), ...spans]);
}

/** Own messages carry their ring where the text begins. */
function gutter(message: Message, index: number): Span {
  if (!message.mine || index > 0) return { text: '  ', style: 'plain' };
  const state = receiptOf(message);
  return { text: `${RINGS[state]} `, style: state === 'failed' ? 'alarm' : 'accent' };
}

function quote(message: Message, all: readonly Message[], room: number, language: Language): Span[][] {
  if (message.replyTo === null) return [];
  const target = all.find(({ seq }) => seq === message.replyTo);
  const words = target === undefined ? '…' : printableLine(messageWords(target, language));
  return [[{ text: clip(`↳ ${words}`, room), style: 'dim' }]];
}

function remarkOf({ editedAt, mine, seq, receipts }: Message, isGroup: boolean, { text }: Language): string {
  const edited = editedAt === null ? '' : ` (${text('chat.edited')})`;
  return mine && isGroup && seq !== null && receipts.of > 0
    ? `${edited} ${receipts.read}/${receipts.of}`
    : edited;
}

/** After the last word where there is room, else below it. */
function addRemark(lines: Span[][], remark: string, room: number): void {
  const last = lines.at(-1);
  if (remark === '' || last === undefined) return;
  const span: Span = { text: remark, style: 'dim' };
  if (widthOf(plainText(last)) + widthOf(remark) <= room) last.push(span);
  else lines.push([span]);
}

function reactionsOf({ reactions }: Message): string {
  return reactions.map(({ key, users }) => `${printableLine(key)} ${users.length}`).join('  ');
}
