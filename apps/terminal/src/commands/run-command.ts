import type { Client, Conversation, Message } from '@skein/client';
import { isSkeinError } from '@skein/client';
import { clip } from '../text/display-width.ts';
import { printableLine } from '../text/printable.ts';
import { connectionWords } from '../words/connection-words.ts';
import type { Language } from '../words/language.ts';
import { messageWords } from '../words/message-words.ts';
import { type Command, helpLines } from './parse-command.ts';

/** What a command works on; each way to show the chat has its own. */
export interface Desk {
  readonly client: Client;
  readonly language: Language;
  /** The conversation on the screen. */
  readonly conversation: Conversation | null;
  open(conversation: Conversation): void;
  quit(): void;
}

const EXCERPT_WIDTH = 40;
const PAGE_COUNT = 30;
/** Without a connection the list may never come. */
const MEMBERS_MS_MAX = 3_000;

/** Does what was asked; answers with the lines to show for it. Never throws what a person can cause. */
export async function runCommand(command: Command, desk: Desk): Promise<readonly string[]> {
  try {
    return await run(command, desk);
  } catch (error) {
    if (isSkeinError(error)) return [error.userMessage(desk.language.locale)];
    throw error;
  }
}

async function run(command: Command, desk: Desk): Promise<readonly string[]> {
  const { client, language } = desk;
  switch (command.type) {
    case 'nothing':
      return [];
    case 'unknown':
      return [language.text('command.unknown', { name: printableLine(command.name) })];
    case 'incomplete':
      return [language.text('command.usage', { usage: command.usage })];
    case 'help':
      return helpLines(language.locale);
    case 'quit':
      desk.quit();
      return [];
    case 'status':
      return [connectionWords(client.connection.get(), client.outbox.get().length, language)];
    case 'list':
      return conversationLines(desk);
    case 'outbox':
      return outboxLines(desk);
    case 'retry':
      client.outbox.retryAll();
      return outboxLines(desk);
    case 'open':
      return openByName(command.to, desk);
    case 'group':
      desk.open(await client.conversations.createGroup(command));
      return [];
    default:
      return desk.conversation === null
        ? [language.text('command.noConversation')]
        : runHere(command, desk.conversation, desk);
  }
}

type CommandHere = Extract<
  Command,
  { type: 'send' | 'invite' | 'kick' | 'edit' | 'title' | 'react' | 'older' | 'members' | 'recall' | 'leave' }
>;

async function runHere(
  command: CommandHere,
  conversation: Conversation,
  { client, language }: Desk,
): Promise<readonly string[]> {
  const done = [language.text('command.done')];
  switch (command.type) {
    case 'send':
      // Its refusal shows at the message itself.
      conversation.send(command.text).sent.catch(() => {});
      return [];
    case 'older':
      if (conversation.messages.older === 'exhausted') return [language.text('command.exhausted')];
      await conversation.messages.loadOlder(PAGE_COUNT);
      return [];
    case 'members':
      return memberLines(conversation, language);
    case 'invite':
      await conversation.invite(command.users);
      return done;
    case 'kick':
      await conversation.kick(command.users);
      return done;
    case 'title':
      await conversation.update({ title: command.text });
      return done;
    case 'leave':
      await conversation.leave();
      return done;
    case 'edit':
      return withLast(conversation, isOwn, language, (message) =>
        client.messages.edit(message, command.text),
      );
    case 'recall':
      return withLast(conversation, isOwn, language, (message) => client.messages.recall(message));
    case 'react':
      return withLast(conversation, isForeign, language, (message) =>
        client.messages.react(message, command.key),
      );
  }
}

/** A number is a group, everything else a person; a person's name may also be written with "@". */
async function openByName(to: string, desk: Desk): Promise<readonly string[]> {
  const { client, language } = desk;
  if (/^\d+$/.test(to)) {
    desk.open(client.conversations.get(to));
    return [];
  }
  const user = to.replace(/^@/, '');
  const conversation = client.conversations.direct(user);
  // Someone this device does not know yet is looked up first, so that a slip of the finger is told at once.
  const isKnown = conversation.info.get().exists || client.connection.get().state !== 'online';
  if (!isKnown && (await client.contacts.find([user])).length === 0)
    return [language.text('command.noUser', { user: printableLine(user) })];
  desk.open(conversation);
  return [];
}

function conversationLines({ client, language }: Desk): string[] {
  const lines = client.conversations
    .list()
    .get()
    .map((each) => conversationLine(each, language));
  return lines.length === 0 ? [language.text('list.empty')] : lines;
}

/** How to open it, who it is, what is new. */
export function conversationLine({ info }: Conversation, language: Language): string {
  const { id, title, unread } = info.get();
  return language.text('list.row', { id, title: printableLine(title), unread });
}

function outboxLines({ client, language }: Desk): string[] {
  const lines = client.outbox.get().map(({ conversationId, kind, message, state, error }) =>
    language.text('outbox.row', {
      title: printableLine(client.conversations.get(conversationId).info.get().title),
      text: message === null ? kind : excerpt(message, language),
      state: error?.userMessage(language.locale) ?? language.text(`state.${state}`),
    }),
  );
  return lines.length === 0 ? [language.text('outbox.empty')] : lines;
}

async function memberLines({ members }: Conversation, language: Language): Promise<string[]> {
  const signal = AbortSignal.timeout(MEMBERS_MS_MAX);
  // Nobody is in a conversation without members: an empty list is one that has not come yet.
  const all = await members.until((list) => list.length > 0, { signal }).catch(() => members.get());
  return all.map(({ user, role }) =>
    language.text('members.row', {
      name: printableLine(user.name),
      id: user.id,
      role: language.text(`role.${role}`),
    }),
  );
}

/** The beginning of a message on one line. */
export function excerpt(message: Message, language: Language): string {
  return clip(printableLine(messageWords(message, language)), EXCERPT_WIDTH);
}

async function withLast(
  conversation: Conversation,
  fits: (message: Message) => boolean,
  language: Language,
  act: (message: Message) => Promise<void>,
): Promise<readonly string[]> {
  const message = conversation.messages.get().findLast(fits);
  if (message === undefined) return [language.text('command.nothing')];
  await act(message);
  return [];
}

function isOwn(message: Message): boolean {
  return message.mine && message.kind === 'text';
}

function isForeign(message: Message): boolean {
  return !message.mine && (message.kind === 'text' || message.kind === 'custom');
}
