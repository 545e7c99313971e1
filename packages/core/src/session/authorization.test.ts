import { ENTRY_KIND, userNumber } from '@skein/model';
import {
  Availability,
  type DownFrame,
  MemberAction,
  type RequestInit,
  Role,
  type UpFrameInit,
} from '@skein/protocol';
import { TABLES } from '@skein/protocol/services';
import { CoreScene, settle, type TestPeer } from '@skein/testkit';
import { describe, expect, it } from 'vitest';

type Ask = NonNullable<RequestInit['ask']>;
type Make<Of> = (conversation: number) => readonly Of[];

const SECRET = 'the treasure is under the oak';
const MISSING = 4_711;
const HOUR_MS = 3_600_000;
/** Until everything that waits for others has been told. */
const EVERYTHING_MS = 2_000;

/** The commands of the schema that name a conversation, and how a stranger would abuse them. */
const ASKS_ABOUT_ONE: Readonly<Partial<Record<Ask['case'], Make<Ask>>>> = {
  changeMembers: (conversation) =>
    [
      MemberAction.invited,
      MemberAction.joined,
      MemberAction.left,
      MemberAction.kicked,
      MemberAction.role,
    ].map((action) => ({
      case: 'changeMembers',
      value: { conversation, action, users: ['eve'], role: Role.owner },
    })),
  changeSettings: (conversation) => [
    { case: 'changeSettings', value: { conversation, title: 'ours now', open: true } },
  ],
  history: (conversation) => [
    { case: 'history', value: { conversation, limit: 100 } },
    { case: 'history', value: { conversation, from: 1, amendmentsOnly: true } },
    { case: 'history', value: { conversation, newest: true, limit: 5, kinds: [1] } },
  ],
  listMembers: (conversation) => [{ case: 'listMembers', value: { conversation } }],
  findSent: (conversation) => [{ case: 'findSent', value: { conversation, key: 'k' } }],
  setWill: (conversation) => [
    { case: 'setWill', value: { conversation, text: 'remember me', eachDevice: true } },
  ],
};
const FRAMES_ABOUT_ONE: Readonly<Partial<Record<UpFrameInit['case'], Make<UpFrameInit>>>> = {
  send: (conversation) => [
    ...Object.values(ENTRY_KIND).map(
      (kind, index) =>
        ({
          case: 'send',
          value: { conversation, kind, target: 2, text: 'hello?', counter: index + 1 },
        }) as const,
    ),
    { case: 'send', value: { conversation, text: 'hello?', key: 'k' } },
  ],
  received: (conversation) => [
    { case: 'received', value: { pushes: 0, delivered: [{ conversation, seq: 2 }] } },
  ],
  read: (conversation) => [{ case: 'read', value: { conversation, seq: 2 } }],
  typing: (conversation) => [{ case: 'typing', value: { conversation } }],
  transient: (conversation) => [{ case: 'transient', value: { conversation, text: 'psst' } }],
};
/** Those that concern nobody but whoever asks, or what everybody may ask. Tests of their own have what they answer. */
const ASKS_OF_ONES_OWN: readonly Ask[] = [
  { case: 'createDirect', value: { user: 'bob' } },
  { case: 'createGroup', value: { key: 'g', title: 'Ours', users: ['bob'] } },
  { case: 'findUsers', value: { numbers: [1, 2], users: ['alice'] } },
  { case: 'listDevices', value: {} },
  { case: 'revokeDevice', value: { device: 1 } },
  { case: 'refreshSession', value: { refreshToken: 'guess' } },
  { case: 'changePassword', value: { oldPassword: 'guess', newPassword: 'correct horse' } },
  { case: 'createInvitation', value: {} },
  { case: 'setPresence', value: { availability: Availability.busy } },
  { case: 'findPresence', value: { users: [1, 2], watch: true } },
  { case: 'unwatchPresence', value: { users: [] } },
];
const FRAMES_OF_ONES_OWN: readonly UpFrameInit[] = [
  { case: 'sync', value: { conversations: 100, entriesEach: 100 } },
  { case: 'probe', value: { id: 1 } },
  { case: 'goodbye', value: {} },
];
/** Carry the others, or come before them. */
const ENVELOPES = ['hello', 'request'];

const ABOUT_ONE: readonly { readonly name: string; readonly make: Make<Command> }[] = [
  ...Object.entries(ASKS_ABOUT_ONE).map(([name, make]) => ({
    name,
    make: (conversation: number) => make(conversation).map((ask) => ({ ask })),
  })),
  ...Object.entries(FRAMES_ABOUT_ONE).map(([name, make]) => ({
    name,
    make: (conversation: number) => make(conversation).map((frame) => ({ frame })),
  })),
];
const OF_ONES_OWN: readonly Command[] = [
  ...ASKS_OF_ONES_OWN.map((ask) => ({ ask })),
  ...FRAMES_OF_ONES_OWN.map((frame) => ({ frame })),
];

interface Command {
  readonly ask?: Ask;
  readonly frame?: UpFrameInit;
}

describe('who may do what', () => {
  it('[AZ1] is known of every command of the schema', () => {
    const namesOf = (table: {
      readonly fields: readonly { readonly name: string; readonly oneof?: unknown }[];
    }) => table.fields.filter(({ oneof }) => oneof !== undefined).map(({ name }) => name);
    const known = [...Object.keys(ASKS_ABOUT_ONE), ...ASKS_OF_ONES_OWN.map((ask) => ask.case)];
    expect(known.toSorted()).toEqual(namesOf(TABLES.Request).toSorted());
    const frames = [...Object.keys(FRAMES_ABOUT_ONE), ...FRAMES_OF_ONES_OWN.map((frame) => frame.case)];
    expect([...frames, ...ENVELOPES].toSorted()).toEqual(namesOf(TABLES.Up).toSorted());
  });

  it.each([...ABOUT_ONE.flatMap(({ make }) => make(1)), ...OF_ONES_OWN])(
    '[AZ2] nobody in particular gets nothing by $ask.case $frame.case',
    async (command) => {
      const { scene, members } = await open();
      const nobody = scene.connect();
      nobody.say(frameOf(command));
      await settle();
      expect([nobody.closed?.reason, nobody.told]).toEqual(['outOfOrder', []]);
      expect(await told(scene, members)).toEqual([]);
    },
  );

  it.each(['revoked', 'expired', 'made up'])(
    '[AZ2] no more does whoever has a token that is %s',
    async (what) => {
      const { scene, eve, tokens } = await open();
      const accessToken = what === 'made up' ? 'guess' : tokens.accessToken;
      const installation = 'installation-of-eve';
      if (what === 'revoked') eve.say({ case: 'goodbye', value: { signOut: true } });
      if (what === 'expired') scene.clock.advance(tokens.accessExpiresMs - scene.clock.nowMs() + 1);
      await settle();
      const thief = scene.connect();
      await thief.hello({ auth: { case: 'accessToken', value: accessToken }, installation, sync: {} });
      expect(thief.told).toEqual([]);
      expect(thief.closed?.reason).toMatch(/badCredentials|tokenExpired|revoked/);
    },
  );

  describe.each(['stranger', 'removed', 'left'] as const)('a %s', (standing) => {
    it.each(ABOUT_ONE)('[AZ3] learns and changes nothing by $name', async ({ make }) => {
      const { scene, eve, members, secrets } = await open(standing);
      for (const secret of secrets) {
        for (const [index, command] of make(secret).entries()) {
          const before = await stateOf(members, secret);
          const answer = await play(eve, command);
          expect(JSON.stringify(answer)).not.toContain(SECRET);
          const missing = make(MISSING)[index] as Command;
          const isTheirs = standing !== 'stranger' && secret === secrets[0] && isOfFormerMembers(command);
          expect(answer).toEqual(isTheirs ? answer : await play(eve, missing));
          expect(await told(scene, members)).toEqual([]);
          expect(await stateOf(members, secret)).toEqual(before);
        }
      }
      scene.throwBugs();
    });

    it.each(OF_ONES_OWN)('[AZ3] learns nothing by $ask.case $frame.case', async (command) => {
      const { eve } = await open(standing);
      expect(JSON.stringify(await play(eve, command))).not.toContain(SECRET);
    });
  });

  it.each(['removed', 'left'] as const)(
    '[AZ4] nothing is sent any more to whoever was %s',
    async (standing) => {
      const { scene, eve, members, secrets } = await open(standing);
      const [group] = secrets;
      eve.forget();
      const [alice, bob] = members;
      for (const make of Object.values(FRAMES_ABOUT_ONE)) {
        for (const frame of make(group)) for (const peer of [alice, bob]) peer.say(frame);
      }
      for (const frame of [
        { case: 'send', value: { conversation: group, text: SECRET, key: 'more' } },
        { case: 'transient', value: { conversation: group, text: SECRET } },
      ] satisfies UpFrameInit[]) {
        alice.say(frame);
      }
      await alice.ask({ case: 'changeSettings', value: { conversation: group, title: SECRET } });
      await alice.ask({ case: 'setWill', value: { conversation: group, text: SECRET } });
      alice.cut();
      expect(await told(scene, [eve])).toEqual([]);
    },
  );

  it.each(ABOUT_ONE)('[AZ5] who is blocked is not heard by $name', async ({ make }) => {
    const { scene, eve, number, members } = await open();
    const [alice] = members;
    const { conversation } = await eve.createDirect('alice');
    await alice.text(conversation, 'for now');
    await scene.core.contacts.block(userNumber(1), [number]);
    await told(scene, members);
    for (const command of make(conversation)) {
      const before = await stateOf([alice], conversation);
      await play(eve, command);
      expect(await told(scene, members)).toEqual([]);
      expect(await stateOf([alice], conversation)).toEqual(before);
    }
    eve.cut();
    expect(await told(scene, members)).toEqual([]);
  });
});

/** Alice and bob share a group and a direct conversation with secrets in them; eve was in the group, or never was. */
async function open(standing: 'stranger' | 'removed' | 'left' = 'stranger') {
  // Nobody here acknowledges or sends heartbeats.
  const scene = await CoreScene.open({ limits: { ackTimeoutMs: HOUR_MS } });
  const alice = await scene.arrive('alice');
  const bob = await scene.arrive('bob');
  const eve = await scene.arrive('eve', { installation: 'installation-of-eve' });
  const number = userNumber(eve.welcome.me?.number ?? 0);
  const { tokens } = eve;
  const { conversation: group } = await alice.createGroup(standing === 'stranger' ? ['bob'] : ['bob', 'eve']);
  const { conversation: direct } = await alice.createDirect('bob');
  if (standing !== 'stranger') await alice.text(group, 'while eve is there');
  const change = { conversation: group, users: ['eve'] };
  if (standing === 'removed')
    await alice.ask({ case: 'changeMembers', value: { ...change, action: MemberAction.kicked } });
  if (standing === 'left')
    await eve.ask({ case: 'changeMembers', value: { ...change, users: [], action: MemberAction.left } });
  const secrets = [group, direct] as const;
  for (const secret of secrets) {
    alice.say({ case: 'send', value: { conversation: secret, text: SECRET, key: 'k' } });
    await settle();
  }
  const members = [alice, bob] as const;
  await told(scene, members);
  eve.forget();
  return { scene, eve, number, tokens, members, secrets };
}

/** What was said while they were in it stays theirs to read, and to leave once more changes nothing. */
function isOfFormerMembers({ ask }: Command): boolean {
  return ask?.case === 'history' || (ask?.case === 'changeMembers' && ask.value.action === MemberAction.left);
}

function frameOf({ ask, frame }: Command): UpFrameInit {
  return frame ?? { case: 'request', value: { id: 1, ...(ask === undefined ? {} : { ask }) } };
}

/** What somebody hears of a command, without the numbers that they said themselves. */
async function play(peer: TestPeer, command: Command): Promise<unknown[]> {
  peer.forget();
  peer.say(frameOf(command));
  await settle();
  return peer.told.map(({ case: name, value }) => ({ name, ...value, conversation: 0 }));
}

/** What these were told since the last time. */
async function told(scene: CoreScene, peers: readonly TestPeer[]): Promise<DownFrame[]> {
  scene.clock.advance(EVERYTHING_MS);
  await settle();
  return peers.flatMap((peer) => {
    const frames = [...peer.told];
    peer.forget();
    return frames;
  });
}

async function stateOf(members: readonly TestPeer[], conversation: number): Promise<unknown[]> {
  const states: unknown[] = [];
  for (const member of members) {
    for (const name of ['history', 'listMembers'] as const) {
      states.push(await member.ask({ case: name, value: { conversation, limit: 100 } }));
    }
    member.forget();
  }
  return states;
}
