import { CoreScene } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { HttpPerson, type Told } from '../../testing/http-person.ts';
import { openPort, until } from '../../testing/test-port.ts';
import { openApiDocument } from './document.ts';
import type { Schema } from './json-schema.ts';

const SECRET = 'the treasure is under the oak';
const NOBODYS = 4_711;
/** Sent, and nothing came of it: as long as anything may take to reach somebody. */
const TOLD_MS = 1_000;

/** `anyone`: it asks for no token. `user`: it concerns whoever asks. `member`: it names a conversation. */
type Audience = 'anyone' | 'user' | 'member';

/** Who may carry an operation out; a new one is entered here, or the first test fails. */
const AUDIENCE: Readonly<Record<string, Audience>> = {
  'Accounts.SignIn': 'anyone',
  'Accounts.Refresh': 'anyone',
  'Accounts.SignOut': 'user',
  'Accounts.ChangePassword': 'user',
  'Accounts.CreateInvitation': 'user',
  'Conversations.Changes': 'user',
  'Conversations.CreateDirect': 'user',
  'Conversations.CreateGroup': 'user',
  'Conversations.ChangeSettings': 'member',
  'Messages.Send': 'member',
  'Messages.History': 'member',
  'Messages.Read': 'member',
  'Messages.Typing': 'member',
  'Messages.Transient': 'member',
  'Messages.FindSent': 'member',
  'Messages.SetWill': 'member',
  'Members.List': 'member',
  'Members.Change': 'member',
  'Users.Find': 'user',
  'Users.FindPresence': 'user',
  'Users.SetPresence': 'user',
  'Devices.List': 'user',
  'Devices.Revoke': 'user',
  'Streams.CreateTicket': 'user',
  poll: 'user',
  events: 'user',
};
/** Of a former member: what was said while they were one stays theirs, and to leave again changes nothing. */
const OF_FORMER_MEMBERS = [{ id: 'Messages.History' }, { id: 'Members.Change', variant: { action: 'left' } }];

/** Plausible values for whatever an operation asks for beside the conversation. */
const FILLING: Readonly<Record<string, unknown>> = {
  seq: 2,
  target: 2,
  limit: 100,
  text: 'hello?',
  title: 'ours now',
  open: true,
  users: ['eve'],
  role: 'owner',
  to: 100,
  key: 'k',
};
const VARIANTS: Readonly<Record<string, readonly object[]>> = {
  'Members.Change': ['invited', 'joined', 'left', 'kicked', 'role'].map((action) => ({ action })),
  'Messages.Send': [1, 2, 3, 4].map((kind) => ({ kind })),
  'Users.FindPresence': [{ users: [1, 2] }],
};

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly audience: Audience | undefined;
  readonly ask: Readonly<Record<string, unknown>>;
  readonly variant: object;
}

const DOCUMENT = openApiDocument();
const OPERATIONS: readonly Operation[] = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, { operationId: id, requestBody }]) => {
    const fields = fieldsOf(requestBody);
    const ask = Object.fromEntries(Object.entries(FILLING).filter(([name]) => fields.includes(name)));
    const audience = AUDIENCE[id];
    return (VARIANTS[id] ?? [{}]).map((variant) => ({
      id,
      method: method.toUpperCase(),
      path,
      audience,
      ask: { ...ask, ...variant },
      variant,
    }));
  }),
);
const OF_MEMBERS = OPERATIONS.filter(({ audience }) => audience === 'member');
const OF_USERS = OPERATIONS.filter(({ audience }) => audience !== 'anyone');

describe('who may do what by HTTP', () => {
  it('[HT23] is known of every operation of the document', () => {
    const ids = new Set(OPERATIONS.map(({ id }) => id));
    expect([...ids].toSorted()).toEqual(Object.keys(AUDIENCE).toSorted());
    for (const { id, method, path, audience } of OPERATIONS) {
      const described = DOCUMENT.paths[path]?.[method.toLowerCase()];
      const isAboutOne = fieldsOf(described?.['requestBody']).includes('conversation');
      expect([id, isAboutOne]).toEqual([id, audience === 'member']);
      expect([id, JSON.stringify(described?.['security']) === '[]']).toEqual([id, audience === 'anyone']);
    }
  });

  describe.each(['no token', 'a token made up', 'a revoked token', 'an expired token', 'a refresh token'])(
    'with %s',
    (what) => {
      it('[HT23] nobody is answered anything', async () => {
        const { thief, alice, secrets } = await openTheft(what);
        const before = await stateOf(alice, secrets[0]);
        for (const operation of OF_USERS) {
          const told = await play(thief, operation, secrets[0]);
          expect([operation.id, told.status]).toEqual([operation.id, 401]);
          expect(JSON.stringify(told.body)).not.toContain(SECRET);
        }
        expect(await stateOf(alice, secrets[0])).toEqual(before);
      });
    },
  );

  describe.each(['stranger', 'removed', 'left'] as const)('a %s', (standing) => {
    it.each(OF_MEMBERS)('[HT23] learns and changes nothing by $id $variant', async (operation) => {
      const { alice, eve, secrets } = await open(standing);
      for (const secret of secrets) {
        const before = await stateOf(alice, secret);
        const told = await play(eve, operation, secret);
        expect(JSON.stringify(told.body)).not.toContain(SECRET);
        const isTheirs = standing !== 'stranger' && secret === secrets[0] && isOfFormerMembers(operation);
        const missing = isTheirs ? told : await play(eve, operation, NOBODYS);
        expect([told.status, told.body]).toEqual([missing.status, missing.body]);
        expect(await stateOf(alice, secret)).toEqual(before);
      }
    });

    it('[HT23] finds no secret in what is their own', async () => {
      const { alice, eve } = await open(standing);
      const { body } = await alice.calls('Devices/List');
      const [device] = body['devices'] as { number: number }[];
      for (const operation of OF_USERS.filter(({ audience }) => audience === 'user')) {
        // Would end what the rest of this asks with.
        if (operation.id === 'Accounts.SignOut' || operation.path === '/v1/events') continue;
        const told = await play(eve, { ...operation, ask: { ...operation.ask, device: device?.number } }, 0);
        expect(JSON.stringify([operation.id, told.body])).not.toContain(SECRET);
      }
      expect((await alice.calls('Devices/List')).status).toBe(200);
    });
  });

  it.each(['removed', 'left'] as const)(
    '[HT23] whoever was %s is told nothing more, on a stream or in a poll that is open already',
    async (standing) => {
      const { alice, eve, secrets, part } = await open('member');
      const [group] = secrets;
      const cursor = (await eve.polls('entries=100')).body['cursor'] as string;
      const stream = await eve.events(`?cursor=${cursor}&presence=1`);
      await until(() => stream.events.some(({ name }) => name === 'presence'));
      await part(standing);
      await until(() => stream.events.some(({ name }) => name === 'membership'));
      const after = (await eve.polls(`cursor=${cursor}&entries=100`)).body['cursor'] as string;
      const poll = eve.polls(`cursor=${after}&entries=100&wait=${TOLD_MS / 1_000}`);
      const count = stream.events.length;
      for (const operation of OF_MEMBERS.filter(({ id }) => id !== 'Members.Change')) {
        await play(
          alice,
          { ...operation, ask: { ...operation.ask, key: operation.id, text: SECRET } },
          group,
        );
      }
      await alice.calls('Conversations/ChangeSettings', { conversation: group, title: SECRET });
      expect((await poll).body).toMatchObject({ changed: [], users: [] });
      expect(stream.events.slice(count)).toEqual([]);
      stream.close();
    },
  );
});

/** Alice and bob share a group and a direct conversation with secrets in them; eve is in the group, was, or never was. */
async function open(standing: 'member' | 'stranger' | 'removed' | 'left') {
  const scene = await CoreScene.open({ limits: { requestsPerSecondMax: 10_000, requestsBurstMax: 10_000 } });
  const port = await openPort(scene.core);
  const [alice, eve] = [await HttpPerson.arrive(port, 'alice'), await HttpPerson.arrive(port, 'eve')];
  await HttpPerson.arrive(port, 'bob');
  const users = standing === 'stranger' ? ['bob'] : ['bob', 'eve'];
  const { body } = await alice.calls('Conversations/CreateGroup', { key: 'k', title: 'Pirates', users });
  const group = body['conversation'] as number;
  const secrets = [group, await alice.direct('bob')] as const;
  const part = async (how: 'removed' | 'left'): Promise<void> => {
    const change = { conversation: group, ...(how === 'removed' ? { users: ['eve'] } : {}) };
    const person = how === 'removed' ? alice : eve;
    const told = await person.calls('Members/Change', {
      ...change,
      action: how === 'left' ? 'left' : 'kicked',
    });
    expect(told.status).toBe(200);
  };
  if (standing === 'removed' || standing === 'left') await part(standing);
  for (const secret of secrets) await alice.says(secret, SECRET, { 'Idempotency-Key': 'k' });
  return { scene, port, alice, eve, secrets, part };
}

/** Somebody with words that sign nobody in, or not any more. */
async function openTheft(what: string) {
  const { scene, port, alice, secrets } = await open('stranger');
  const { body } = await HttpPerson.stranger(port).calls('Accounts/SignIn', { dev: 'bob' });
  const { accessToken, refreshToken, accessExpiresMs } = body['tokens'] as Record<string, string>;
  const word = what === 'no token' ? '' : what === 'a refresh token' ? refreshToken : accessToken;
  const thief = HttpPerson.stranger(port, what === 'a token made up' ? `${word}x` : word);
  if (what === 'a revoked token') await thief.calls('Accounts/SignOut');
  if (what !== 'an expired token') return { thief, alice, secrets };
  scene.clock.advance(Number(accessExpiresMs) - scene.clock.nowMs() + 1);
  return { thief, alice: await HttpPerson.arrive(port, 'alice'), secrets };
}

function play(person: HttpPerson, { method, path, ask }: Operation, conversation: number): Promise<Told> {
  if (method === 'GET') return person.asks(path);
  const body = conversation === 0 ? ask : { ...ask, conversation };
  return person.asks(path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

function isOfFormerMembers({ id, variant }: Operation): boolean {
  return OF_FORMER_MEMBERS.some(
    (one) =>
      one.id === id && (one.variant === undefined || JSON.stringify(one.variant) === JSON.stringify(variant)),
  );
}

function fieldsOf(requestBody: unknown): readonly string[] {
  const { content } = (requestBody ?? {}) as { content?: Record<string, { schema: { $ref: string } }> };
  const name = content?.['application/json']?.schema.$ref.split('/').at(-1) ?? '';
  const properties = (DOCUMENT.components.schemas[name]?.['properties'] ?? {}) as Record<string, Schema>;
  return Object.keys(properties);
}

async function stateOf(person: HttpPerson, conversation: number): Promise<unknown[]> {
  const history = await person.calls('Messages/History', { conversation, limit: 100 });
  const members = await person.calls('Members/List', { conversation });
  return [history.body, members.body];
}
