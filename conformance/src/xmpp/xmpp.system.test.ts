import { describeNeeding, pathOf } from '@skein/needs';
import { runSkein, SkeinProcess, temporaryFolder } from '@skein/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, runScenarios } from '../run-scenarios.ts';
import { XMPP_SCENARIOS } from './index.ts';
import { ProsodyProcess } from './prosody-process.ts';
import type { Account, XmppTarget } from './xmpp-peer.ts';

// Three who play, and those whose passwords are guessed at.
const USERS = ['romeo', 'juliet', 'nurse', 'tybalt', 'mercutio', 'benvolio', 'sampson'] as const;
const ACCOUNTS = USERS.map((user) => ({
  user,
  password: `${user} has a secret`,
})) as unknown as XmppTarget['accounts'];
const RUN_MS_MAX = 300_000;

describe('RFC 6120, RFC 6121 and the extensions, from outside', () => {
  const folder = temporaryFolder();
  let skein: SkeinProcess;

  beforeAll(async () => {
    for (const { user, password } of ACCOUNTS) await addUser(folder.path, user, password);
    skein = new SkeinProcess({ folder: folder.path, args: ['start', '--port', '0', '--development'] });
  });

  afterAll(async () => {
    await skein[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('[CX1] every statement is kept', { timeout: RUN_MS_MAX }, async () => {
    const { port } = await skein.ready();
    expect(await deviationsOf(port)).toEqual([
      // Nobody has a conversation with oneself.
      "RFC 6121 §5.2.1 (should) brings a message for oneself to one's other connections",
    ]);
  });
});

/** It closes on what it has not read, and whether the reason arrives before the reset is up to the moment. */
const SOMETIMES = 'RFC 6120 §13.12 (should) ends a stream on a stranger who says too much';

describeNeeding('prosody', 'the list itself, held against prosody', () => {
  const folder = temporaryFolder();
  let prosody: ProsodyProcess;

  beforeAll(async () => {
    prosody = await ProsodyProcess.start({
      command: pathOf('prosody') ?? '',
      folder: folder.path,
      accounts: ACCOUNTS,
    });
  });

  afterAll(async () => {
    await prosody[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('[CX2] asks nothing that a well-known implementation does not do', { timeout: RUN_MS_MAX }, async () => {
    const deviations = await deviationsOf(prosody.port);
    expect(deviations.filter((name) => name !== SOMETIMES)).toEqual([
      // It answers strangers as if they were somebody, with an error of the stanza, and takes any content namespace.
      'RFC 6120 §4.9.3.10 (must) refuses another content namespace',
      'RFC 6120 §4.9.3.12 (must) refuses message from a stranger',
      'RFC 6120 §4.9.3.12 (must) refuses presence from a stranger',
      'RFC 6120 §4.9.3.12 (must) refuses iq from a stranger',
      // The message is read from the name on.
      'RFC 5802 §5.1 (must) refuses an extension that is mandatory',
      // PLAIN is refused where its message does not come at once, and the identity to act as is not looked at.
      'RFC 6120 §6.4.3 (should) asks for what an initial response leaves out',
      'RFC 6120 §6.5.7 (must) refuses an identity that is somebody else',
      'RFC 6120 §7.1 (must) refuses message before a resource is bound',
      'RFC 6120 §7.1 (must) refuses presence before a resource is bound',
      'RFC 6120 §7.1 (must) refuses another request before a resource is bound',
      // §8.1.2.1 leaves it the choice: the right address is put in place of the wrong one.
      'RFC 6120 §4.9.3.9 (should) ends the stream of somebody who speaks for somebody else',
      // Pings are answered for any name.
      'RFC 6120 §10.5.3.1 (must) refuses a request to an account that does not exist',
      // Seen for messages to a full address.
      'XEP-0359 §5 (must) lets nobody say an id in the name of the archive',
      // What is not among what is asked for is not found.
      'XEP-0313 §4.3.2 (should) goes on with somebody after what somebody else said',
      // The account's answer has no feature of discovery.
      'XEP-0030 §3.1 (must) says that discovery itself is spoken',
      // Groups are put together as a set, whatever is in it.
      'RFC 6121 §2.3.3 (must) refuses a change with one group twice',
      'RFC 6121 §2.3.3 (must) refuses a change with a group of no name',
      // Blocking is not asked for events.
      'XEP-0163 §4.3.3 (must) tells nothing to who is blocked',
      // With the next presence alone.
      'XEP-0163 §4.3.4 (must) tells who begins to see somebody what was published last',
      // Refused, as any presence for a room that is not for an occupant of it.
      'XEP-0045 §7.2.1 (must) ask for a nickname',
      // With the condition that it has for all requests of somebody outside.
      'XEP-0045 §6.6 (must) answer nobody outside who asks an occupant',
      // Rooms are hidden where nobody says otherwise.
      'XEP-0045 §6.3 (should) are listed to everybody',
      // The room stays as it is, and closed.
      'XEP-0045 §10.1.3 (must) are not made where that is cancelled',
    ]);
  });
});

/** By clause and title; what a server does instead is full of ids that are never the same. */
async function deviationsOf(port: number): Promise<string[]> {
  const target = { host: '127.0.0.1', port, domain: 'localhost', accounts: ACCOUNTS };
  // One after the other: the scenarios are about the same people.
  const outcomes = await runScenarios(XMPP_SCENARIOS, target, { parallel: 1 });
  return outcomes.filter(({ deviation }) => deviation !== null).map(nameOf);
}

function nameOf({ clause, level, title }: Outcome): string {
  return `${clause} (${level}) ${title}`;
}

async function addUser(folder: string, user: string, password: Account['password']): Promise<void> {
  const { code, stderr } = await runSkein({ folder, args: ['user', 'add', user, password] });
  if (code !== 0) throw new Error(stderr);
}
