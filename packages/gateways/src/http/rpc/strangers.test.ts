import { SERVICES } from '@skein/protocol/services';
import { CoreScene } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { HttpPerson } from '../../testing/http-person.ts';
import { openPort } from '../../testing/test-port.ts';

const SECRET = 'the treasure is under the oak';
const NOBODYS = 4_711;
const KINDS = ['message', 'edit', 'recall', 'reaction'];
const ACTIONS = ['invited', 'joined', 'left', 'kicked', 'role'];

/** Plausible values for whatever a procedure asks for beside the conversation. */
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
};

const PROCEDURES = SERVICES.flatMap(({ name: service, methods }) =>
  methods
    .filter(({ input }) => input.table.fields.some(({ name }) => name === 'conversation'))
    .flatMap(({ name, input }) => {
      const names = input.table.fields.map((field) => field.name);
      const filling = Object.fromEntries(Object.entries(FILLING).filter(([key]) => names.includes(key)));
      const variants: object[] = names.includes('action')
        ? ACTIONS.map((action) => ({ action }))
        : name === 'Send'
          ? KINDS.map((_, kind) => ({ kind: kind + 1 }))
          : [{}];
      return variants.map((variant) => ({
        procedure: `${service}/${name}`,
        ask: { ...filling, ...variant },
      }));
    }),
);

describe('a stranger', () => {
  it.each(PROCEDURES)('[HT2] learns and changes nothing by $procedure $ask', async ({ procedure, ask }) => {
    const { alice, strangers, secrets } = await open();
    for (const conversation of secrets) {
      const before = await stateOf(alice, conversation);
      for (const stranger of strangers) {
        const told = await stranger.calls(procedure, { ...ask, conversation });
        // The same as of a conversation that does not exist.
        const missing = await stranger.calls(procedure, { ...ask, conversation: NOBODYS });
        expect([told.status, told.body]).toEqual([missing.status, missing.body]);
        expect(JSON.stringify(told.body)).not.toContain(SECRET);
      }
      expect(await stateOf(alice, conversation)).toEqual(before);
    }
  });

  it('[HT2] signs nobody else out, and sees nothing in what changed', async () => {
    const { alice, strangers } = await open();
    const { body } = await alice.calls('Devices/List');
    const [device] = body['devices'] as { number: number }[];
    for (const stranger of strangers) {
      await stranger.calls('Devices/Revoke', { device: device?.number });
      expect(JSON.stringify((await stranger.polls('entries=100')).body)).not.toContain(SECRET);
    }
    expect((await alice.calls('Devices/List')).status).toBe(200);
  });
});

async function open() {
  const port = await openPort((await CoreScene.open()).core);
  const alice = await HttpPerson.arrive(port, 'alice');
  await HttpPerson.arrive(port, 'bob');
  const strangers = [await HttpPerson.arrive(port, 'eve'), await HttpPerson.arrive(port, 'zoe')];
  const { body } = await alice.calls('Conversations/CreateGroup', {
    key: 'k',
    title: 'Pirates',
    users: ['bob'],
  });
  const secrets = [await alice.direct('bob'), body['conversation'] as number];
  for (const conversation of secrets) await alice.says(conversation, SECRET);
  return { alice, strangers, secrets };
}

async function stateOf(person: HttpPerson, conversation: number): Promise<unknown[]> {
  const history = await person.calls('Messages/History', { conversation, limit: 100 });
  const members = await person.calls('Members/List', { conversation });
  return [history.body, members.body];
}
