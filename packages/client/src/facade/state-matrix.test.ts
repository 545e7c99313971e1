import { describe, expect, it } from 'vitest';
import type { Client } from '../api/client.ts';
import type { Message } from '../api/message.ts';
import { isSkeinError } from '../api/skein-error.ts';
import type { ClientFacade } from '../facade/client-facade.ts';
import { Stage } from '../test/stage.ts';

/** Every state a client can be in, and how it gets there. */
const STATES: Readonly<Record<string, (stage: Stage) => Promise<ClientFacade>>> = {
  new: (stage) => Promise.resolve(stage.client({ dev: 'alice' })),
  'connecting, nobody answers': async (stage) => {
    stage.server.isReachable = false;
    return arrive(stage, stage.client({ dev: 'alice' }), 0);
  },
  greeting: async (stage) => {
    stage.server.isSilent = true;
    return arrive(stage, stage.client({ dev: 'alice' }), 100);
  },
  online: (stage) => stage.online('alice'),
  'waiting to reconnect': async (stage) => {
    const client = await stage.online('alice', undefined, { reconnect: () => 60_000 });
    stage.server.live?.cut();
    return client;
  },
  'online, and the line is dead': async (stage) => {
    const client = await stage.online('alice');
    stage.server.isSilent = true;
    return client;
  },
  paused: async (stage) => {
    const client = await stage.online('alice');
    client.pause();
    return client;
  },
  blocked: async (stage) => {
    stage.server.refusesSignIn = () => ({ close: 'badCredentials', reason: 'auth.bad_credentials' });
    return arrive(stage, stage.client({ user: 'alice', password: 'wrong' }), 100);
  },
  'signed out': (stage) => arrive(stage, stage.client({ session: 'stored' }), 100),
  closed: async (stage) => {
    const client = await stage.online('alice');
    await client.close();
    return client;
  },
};

const MESSAGE = { conversationId: '@bob', seq: 2, reactions: [], kind: 'text', text: '' } as never as Message;
const UNSENT = { ...MESSAGE, seq: null } as Message;

/** Every call there is. */
const CALLS: Readonly<Record<string, (client: Client) => unknown>> = {
  'me.get': ({ me }) => me.get(),
  'connection.get': ({ connection }) => connection.get(),
  'unread.subscribe': ({ unread }) => unread.subscribe(() => {})(),
  'unread.map': ({ unread }) => unread.map(({ total }) => total).get(),
  on: (client) => client.on('message', () => {})(),
  events: (client) => client.events('message')[Symbol.asyncIterator]().return?.(),
  'conversations.list': ({ conversations }) => conversations.list({ filter: 'unread', text: 'x' }).get(),
  'conversations.get': ({ conversations }) => conversations.get('nothing of the kind').info.get(),
  'conversations.createGroup': ({ conversations }) =>
    conversations.createGroup({ title: 'Arden', users: ['bob'] }),
  send: ({ conversations }) => conversations.direct('bob').send('hello').sent,
  'send to nothing': ({ conversations }) => conversations.get('99').send({ text: 'hello', replyTo: 1 }).sent,
  cancel: ({ conversations }) => conversations.direct('bob').send('hello').cancel(),
  retry: ({ conversations }) => conversations.direct('bob').send('hello').retry(),
  markRead: ({ conversations }) => conversations.direct('bob').markRead(),
  setTyping: ({ conversations }) => conversations.direct('bob').setTyping(),
  setDraft: ({ conversations }) => conversations.direct('bob').setDraft({ text: 'dra' }),
  'draft.get': ({ conversations }) => conversations.direct('bob').draft.get(),
  'typing.get': ({ conversations }) => conversations.direct('bob').typing.get(),
  'members.get': ({ conversations }) => conversations.get('1').members.get(),
  update: ({ conversations }) => conversations.get('1').update({ title: 'x' }),
  invite: ({ conversations }) => conversations.get('1').invite(['bob']),
  kick: ({ conversations }) => conversations.direct('bob').kick(['bob']),
  setRole: ({ conversations }) => conversations.get('1').setRole('bob', 'admin'),
  join: ({ conversations }) => conversations.get('1').join(),
  leave: ({ conversations }) => conversations.get('x').leave(),
  'messages.get': ({ conversations }) => conversations.direct('bob').messages.get(),
  loadOlder: ({ conversations }) => conversations.direct('bob').messages.loadOlder(),
  loadNewer: ({ conversations }) => conversations.direct('bob').messages.loadNewer(),
  fillGap: ({ conversations }) =>
    conversations.direct('bob').messages.fillGap({ fromSeq: 1, toSeq: 9, isLoading: false }),
  jumpTo: ({ conversations }) => conversations.direct('bob').messages.jumpTo({ seq: 10 }),
  'open and close': ({ conversations }) => conversations.direct('bob').open('unread').close(),
  edit: ({ messages }) => messages.edit(MESSAGE, 'x'),
  'edit unsent': ({ messages }) => messages.edit(UNSENT, 'x'),
  recall: ({ messages }) => messages.recall(MESSAGE),
  react: ({ messages }) => messages.react(MESSAGE, '👍'),
  'contacts.find': ({ contacts }) => contacts.find(['bob', 'nobody']),
  'devices.list': ({ devices }) => devices.list(),
  'devices.revoke': ({ devices }) => devices.revoke(7),
  changePassword: ({ account }) => account.changePassword('old', 'new'),
  createInvitation: ({ account }) => account.createInvitation(),
  'outbox.get': ({ outbox }) => outbox.get(),
  'outbox.cancel': ({ outbox }) => outbox.cancel('local-7'),
  'outbox.retryAll': ({ outbox }) => outbox.retryAll(),
  signedIn: (client) => client.signedIn(),
  reconnect: (client) => client.reconnect(),
  pause: (client) => client.pause(),
  resume: (client) => client.resume(),
  signOut: (client) => client.signOut(),
  close: (client) => client.close(),
};

describe('every call in every state', () => {
  it.each(Object.keys(STATES))('[CL16] %s: none throws, what is refused is a SkeinError', async (state) => {
    const strangers: string[] = [];
    for (const [name, call] of Object.entries(CALLS)) {
      const stage = new Stage();
      stage.world.direct('alice', 'bob');
      const client = await STATES[state]!(stage);
      const settled = outcomeOf(() => call(client));
      await stage.pass(120_000);
      const outcome = await Promise.race([settled, Promise.resolve('open')]);
      if (outcome !== 'fine' && outcome !== 'refused' && outcome !== 'open')
        strangers.push(`${name}: ${outcome}`);
      await client.close();
      await stage.pass(120_000);
      if (stage.clock.pendingCount > 0) strangers.push(`${name}: ${stage.clock.pendingCount} timers left`);
    }
    expect(strangers).toEqual([]);
  });
});

async function arrive(stage: Stage, client: ClientFacade, ms: number): Promise<ClientFacade> {
  await stage.pass(ms);
  return client;
}

async function outcomeOf(call: () => unknown): Promise<string> {
  try {
    const result = call();
    if (!(result instanceof Promise)) return 'fine';
    return await result.then(
      () => 'fine',
      (error: unknown) => (isSkeinError(error) ? 'refused' : `rejected ${String(error)}`),
    );
  } catch (error) {
    return `threw ${String(error)}`;
  }
}
