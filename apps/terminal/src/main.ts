#!/usr/bin/env node
import { createInterface } from 'node:readline';
import type { Client } from '@skein/client';
import { PlainChat } from './plain/plain-chat.ts';
import { ChatScreen } from './screen/chat-screen.ts';
import { NodeTerminal } from './screen/terminal.ts';
import { askPassword } from './sign-in/ask-password.ts';
import { type Options, parseOptions } from './sign-in/options.ts';
import { signIn } from './sign-in/sign-in.ts';
import { type Language, languageOf, localeOf } from './words/language.ts';

const WRONG_USAGE = 2;

process.exitCode = await main();

async function main(): Promise<number> {
  const start = parseOptions(process.argv.slice(2), process.env);
  if (start.type !== 'chat') {
    (start.type === 'help' ? process.stdout : process.stderr).write(start.text);
    return start.type === 'help' ? 0 : WRONG_USAGE;
  }
  const language = languageOf(localeOf(process.env));
  const result = await signIn(start.options, {
    locale: language.locale,
    password: async (user) =>
      process.env['SKEIN_PASSWORD'] ?? askPassword(language.text('signin.password', { user })),
  });
  if (result.outcome !== 'signed-in') {
    const words =
      result.outcome === 'refused'
        ? result.error.userMessage(language.locale)
        : language.text('signin.noPassword');
    process.stderr.write(`${words}\n`);
    return 1;
  }
  await using client = result.client;
  await chat(client, start.options, language);
  return 0;
}

/** A screen where there is one, else lines. */
async function chat(client: Client, { isPlain }: Options, language: Language): Promise<void> {
  const { stdin, stdout } = process;
  if (!isPlain && stdin.isTTY && stdout.isTTY)
    return new ChatScreen({ client, language, terminal: new NodeTerminal(stdin, stdout) }).run();
  const input = createInterface({ input: stdin, terminal: false });
  process.once('SIGTERM', () => input.close()).once('SIGINT', () => input.close());
  // A reader that went away, as `head` does, is no reason for a complaint.
  stdout.on('error', () => input.close());
  const print = (line: string): void => void stdout.write(`${line}\n`);
  await new PlainChat({ client, language, input, print }).run();
  input.close();
}
