import { conversationId, ENTRY_KIND, refuse, userNumber } from '@skein/model';
import { decodeMessage, MemberAction, Role, readMemberChange, readSettingsChange } from '@skein/protocol';
import { ANA, BEN, CAI, DAN, LogScene } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import type { CreateGroupCommand } from './log-command.ts';

const NOBODY = userNumber(77);

function newGroup(changes: Partial<CreateGroupCommand> = {}): CreateGroupCommand {
  const attributes = new Map();
  return {
    type: 'create-group',
    user: ANA,
    key: 'k',
    title: 'T',
    isOpen: false,
    attributes,
    members: [BEN],
    ...changes,
  };
}

describe('direct conversations', () => {
  it('[CV1] are one for each pair, whoever asks', async () => {
    const scene = await LogScene.open();
    const ids = await Promise.all([scene.direct(ANA, BEN), scene.direct(BEN, ANA), scene.direct(ANA, CAI)]);
    expect(ids).toEqual([1, 1, 2]);
    expect(await scene.direct(BEN, ANA)).toBe(1);
    expect(scene.world.directBetween(BEN, ANA)?.id).toBe(1);
    expect(scene.world.conversation(ids[0])?.head).toBe(1);
    expect([scene.roleOf(ids[0], ANA), scene.roleOf(ids[0], BEN)]).toEqual(['member', 'member']);
    const restarted = await scene.restart();
    expect(await restarted.direct(ANA, BEN)).toBe(1);
  });

  it('[CV2] are between two who exist', async () => {
    const scene = await LogScene.open();
    const ask = (peer: typeof ANA) => scene.ask({ type: 'create-direct', user: ANA, peer });
    expect(await ask(ANA)).toEqual(refuse('permission.self_conversation'));
    expect(await ask(NOBODY)).toEqual(refuse('user.not_found'));
  });

  it('[CV2] keep their members and settings', async () => {
    const scene = await LogScene.open();
    const talk = await scene.direct(ANA, BEN);
    for (const action of ['invited', 'joined', 'left', 'kicked', 'role'] as const) {
      expect(await scene.change(ANA, talk, action, { users: [CAI] })).toEqual(refuse('permission.direct'));
    }
    const settings = {
      type: 'change-settings',
      user: ANA,
      conversation: talk,
      title: 'x',
      isOpen: true,
      attributes: new Map(),
    } as const;
    expect(await scene.ask(settings)).toEqual(refuse('permission.direct'));
    expect(await scene.ask({ ...settings, user: CAI })).toEqual(refuse('permission.not_member'));
  });
});

describe('groups', () => {
  it('[CV3] are found again by their creator and key', async () => {
    const scene = await LogScene.open();
    const same = await Promise.all([
      scene.ask(newGroup()),
      scene.ask(newGroup({ title: 'else', members: [] })),
      scene.ask(newGroup({ user: BEN })),
      scene.ask(newGroup({ key: 'other' })),
    ]);
    expect(same.map((result) => (result as { conversation: number }).conversation)).toEqual([1, 1, 2, 3]);
    expect(scene.world.groupByKey(ANA, 'k')?.title).toBe('T');
    const restarted = await scene.restart();
    expect(await restarted.ask(newGroup())).toEqual({ outcome: 'done', conversation: 1 });
  });

  it('[CV3] need a key', async () => {
    const scene = await LogScene.open();
    for (const key of ['', 'x'.repeat(65)]) {
      expect(await scene.ask(newGroup({ key }))).toEqual(refuse('request.invalid', { limit: 64 }));
    }
  });

  it('[CV4] belong to their creator and hold everyone named once', async () => {
    const scene = await LogScene.open();
    const group = await scene.group(ANA, [BEN, CAI, BEN, ANA]);
    expect(scene.world.conversation(group)?.present).toEqual([ANA, BEN, CAI]);
    expect([ANA, BEN].map((user) => scene.roleOf(group, user))).toEqual(['owner', 'member']);
    expect(await scene.ask(newGroup({ key: 'b', members: [BEN, NOBODY] }))).toEqual(refuse('user.not_found'));
    expect(scene.world.conversationCount).toBe(1);
  });

  it('[CV5] have room for so many', async () => {
    const limits = { membersPerGroupMax: 3, membersPerCommandMax: 3 };
    const scene = await LogScene.open({ limits });
    const full = await scene.ask(newGroup({ members: [BEN, CAI, DAN] }));
    expect(full).toEqual(refuse('limit.group_full', { limit: 3 }));
    const long = await scene.ask(newGroup({ members: [BEN, BEN, BEN, BEN] }));
    expect(long).toEqual(refuse('request.invalid', { limit: 3 }));
    const group = await scene.group(ANA, [BEN, CAI]);
    expect(await scene.change(ANA, group, 'invited', { users: [DAN] })).toEqual(full);
    const settings = { title: undefined, isOpen: true, attributes: new Map() };
    await scene.ask({ type: 'change-settings', user: ANA, conversation: group, ...settings });
    expect(await scene.change(DAN, group, 'joined')).toEqual(full);
    const users = [BEN, BEN, CAI, CAI];
    expect(await scene.change(ANA, group, 'kicked', { users })).toEqual(
      refuse('request.invalid', { limit: 3 }),
    );
  });

  it('[CV5] are not too many for one user, those of the same batch counted', async () => {
    const limit = 2;
    const scene = await LogScene.open({ limits: { conversationsPerUserMax: limit } });
    const full = refuse('limit.too_many_conversations', { limit });
    const three = await Promise.all(
      [BEN, CAI, DAN].map((peer) => scene.ask({ type: 'create-direct', user: ANA, peer })),
    );
    expect(three[2]).toEqual(full);
    expect(await scene.ask({ type: 'create-direct', user: DAN, peer: ANA })).toEqual(full);
    const group = await scene.group(BEN, [CAI, DAN]);
    expect(await scene.change(BEN, group, 'invited', { users: [ANA] })).toEqual(full);
    await scene.change(BEN, group, 'left');
    expect(await scene.ask(newGroup({ user: DAN, members: [BEN] }))).toMatchObject({ outcome: 'done' });
  });

  it('[CV13] begin with an entry that names the members', async () => {
    const scene = await LogScene.open();
    const group = await scene.group(ANA, [BEN, CAI]);
    const [first] = scene.store.logs.get(group) ?? [];
    expect(first).toMatchObject({ seq: 1, ordinal: 0, kind: ENTRY_KIND.member, sender: ANA, device: 0 });
    expect(decodeMessage(readMemberChange, first?.body ?? new Uint8Array())).toMatchObject({
      action: MemberAction.created,
      users: [ANA, BEN, CAI],
      role: Role.member,
    });
  });
});

describe('settings', () => {
  const change = {
    type: 'change-settings',
    title: undefined,
    isOpen: undefined,
    attributes: new Map(),
  } as const;

  it('[CV6] are changed by owners and admins', async () => {
    const scene = await LogScene.open();
    const group = await scene.group(ANA, [BEN, CAI]);
    await scene.change(ANA, group, 'role', { users: [BEN], role: 'admin' });
    const ask = (user: typeof ANA, title: string) =>
      scene.ask({ ...change, user, conversation: group, title });
    expect(await ask(BEN, 'by an admin')).toMatchObject({ outcome: 'done' });
    expect(scene.world.conversation(group)?.title).toBe('by an admin');
    expect(await ask(CAI, 'by a member')).toEqual(refuse('permission.role'));
    expect(await ask(DAN, 'by nobody')).toEqual(refuse('permission.not_member'));
  });

  it('[CV6] become an entry of what differs, or none', async () => {
    const scene = await LogScene.open();
    const group = await scene.group(ANA, [BEN]);
    const ask = { ...change, user: ANA, conversation: group };
    await scene.ask({ ...ask, title: 'Arden', isOpen: true });
    const entry = scene.store.logs.get(group)?.at(-1);
    expect(entry?.kind).toBe(ENTRY_KIND.settings);
    expect(decodeMessage(readSettingsChange, entry?.body ?? new Uint8Array())).toMatchObject({
      title: undefined,
      open: true,
    });
    const head = scene.world.conversation(group)?.head;
    expect(await scene.ask({ ...ask, title: 'Arden', isOpen: true })).toMatchObject({ outcome: 'done' });
    expect(await scene.ask(ask)).toMatchObject({ outcome: 'done' });
    expect(scene.world.conversation(group)?.head).toBe(head);
  });

  it('[CV17] keep what an application says, and forget what it empties', async () => {
    const scene = await LogScene.open();
    const attributes = new Map([
      ['topic', '羊'],
      ['none', ''],
    ]);
    const created = await scene.ask(newGroup({ attributes }));
    const group = created.outcome === 'done' ? created.conversation : conversationId(0);
    const set = (attributes: [string, string][]) =>
      scene.ask({ ...change, user: ANA, conversation: group, attributes: new Map(attributes) });
    const held = () => [...(scene.world.conversation(group)?.attributes ?? [])];
    expect(held()).toEqual([['topic', '羊']]);

    await set([
      ['color', 'green'],
      ['topic', 'sheep'],
    ]);
    expect(held()).toEqual([
      ['topic', 'sheep'],
      ['color', 'green'],
    ]);
    await set([
      ['topic', ''],
      ['color', 'green'],
      ['never', ''],
    ]);
    expect(held()).toEqual([['color', 'green']]);
    const entry = scene.store.logs.get(group)?.at(-1);
    expect(decodeMessage(readSettingsChange, entry?.body ?? new Uint8Array()).attributes).toMatchObject([
      { key: 'topic', value: '' },
    ]);

    const head = scene.world.conversation(group)?.head;
    expect(await set([['color', 'green']])).toMatchObject({ outcome: 'done' });
    expect(scene.world.conversation(group)?.head).toBe(head);
    const restarted = await scene.restart();
    expect([...(restarted.world.conversation(group)?.attributes ?? [])]).toEqual([['color', 'green']]);
  });

  it('[CV17] bound what an application says, all of a conversation together', async () => {
    const limits = { attributesPerConversationMax: 2, attributesBytesMax: 12 };
    const scene = await LogScene.open({ limits });
    const group = await scene.group(ANA, [BEN]);
    const set = (attributes: [string, string][], user = ANA) =>
      scene.ask({ ...change, user, conversation: group, attributes: new Map(attributes) });
    expect(await set([['a', '羊羊']])).toMatchObject({ outcome: 'done' });
    expect(await set([['b', 'x'.repeat(5)]])).toEqual(refuse('request.invalid', { limit: 12 }));
    expect(await set([['b', 'x'.repeat(4)]])).toMatchObject({ outcome: 'done' });
    expect(await set([['c', 'x']])).toEqual(refuse('request.invalid', { limit: 2 }));
    expect(
      await set([
        ['b', ''],
        ['c', 'x'],
      ]),
    ).toMatchObject({ outcome: 'done' });
    expect(await set([['', 'x']])).toEqual(refuse('request.invalid'));
    expect(await set([['c', 'y']], BEN)).toEqual(refuse('permission.role'));
    const tooMany = newGroup({
      attributes: new Map([
        ['a', 'x'],
        ['b', 'x'],
        ['c', 'x'],
      ]),
    });
    expect(await scene.ask(tooMany)).toEqual(refuse('request.invalid', { limit: 2 }));
  });

  it('[CV6] count characters, not what they are made of', async () => {
    const scene = await LogScene.open({ limits: { titleCharactersMax: 3 } });
    const tooLong = refuse('request.invalid', { limit: 3 });
    expect(await scene.ask(newGroup({ title: '鸿雁🦢' }))).toMatchObject({ outcome: 'done' });
    expect(await scene.ask(newGroup({ key: 'b', title: '鸿雁🦢!' }))).toEqual(tooLong);
    expect(await scene.ask(newGroup({ key: 'c', title: 'x'.repeat(9) }))).toEqual(tooLong);
    const ask = { ...change, user: ANA, conversation: 1 as never };
    expect(await scene.ask({ ...ask, title: 'long' })).toEqual(tooLong);
  });
});
