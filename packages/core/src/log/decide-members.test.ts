import { refuse, userNumber } from '@skein/model';
import { decodeMessage, MemberAction, Role, readMemberChange } from '@skein/protocol';
import { ANA, BEN, CAI, DAN, LogScene } from '@skein/testkit';
import { beforeEach, describe, expect, it } from 'vitest';

const NOBODY = userNumber(77);
const DONE = { outcome: 'done', conversation: 1 };

describe('who is in a group', () => {
  let scene: LogScene;
  let group: Awaited<ReturnType<LogScene['group']>>;

  beforeEach(async () => {
    scene = await LogScene.open();
    group = await scene.group(ANA, [BEN]);
  });

  const change = (
    user: typeof ANA,
    action: 'invited' | 'joined' | 'left' | 'kicked' | 'role',
    to: { users?: readonly (typeof ANA)[]; role?: 'member' | 'admin' | 'owner' } = {},
  ) => scene.change(user, group, action, to);
  const open = () =>
    scene.ask({
      type: 'change-settings',
      user: ANA,
      conversation: group,
      title: undefined,
      isOpen: true,
      attributes: new Map(),
    });
  const present = () => scene.world.conversation(group)?.present;
  const head = () => scene.world.conversation(group)?.head;

  function lastChanges(count: number) {
    const entries = scene.store.logs.get(group)?.slice(-count) ?? [];
    return entries.map(({ sender, body }) => {
      const { action, users, role } = decodeMessage(readMemberChange, body);
      return { sender, action, users, role };
    });
  }

  it('[CV7] any member invites, and whoever is there is passed over', async () => {
    expect(await change(BEN, 'invited', { users: [CAI, ANA, CAI] })).toEqual(DONE);
    expect(present()).toEqual([ANA, BEN, CAI]);
    const role = Role.member;
    expect(lastChanges(1)).toEqual([{ sender: BEN, action: MemberAction.invited, users: [CAI], role }]);
    expect(await change(BEN, 'invited', { users: [CAI] })).toEqual(DONE);
    expect(head()).toBe(2);
  });

  it('[CV7] one who does not exist refuses the whole invitation', async () => {
    expect(await change(ANA, 'invited', { users: [CAI, NOBODY] })).toEqual(refuse('user.not_found'));
    expect(present()).toEqual([ANA, BEN]);
  });

  it('[CV8] only an open group is joined from outside', async () => {
    expect(await change(CAI, 'joined')).toEqual(refuse('permission.not_member'));
    await open();
    expect(await change(CAI, 'joined', { users: [DAN] })).toEqual(DONE);
    expect(present()).toEqual([ANA, BEN, CAI]);
    expect(await change(CAI, 'joined')).toEqual(DONE);
    expect(lastChanges(1)).toEqual([
      { sender: CAI, action: MemberAction.joined, users: [CAI], role: Role.member },
    ]);
  });

  it('[CV8] an outsider learns nothing else', async () => {
    const outside = refuse('permission.not_member');
    for (const action of ['invited', 'left', 'kicked', 'role'] as const) {
      expect(await change(CAI, action, { users: [NOBODY] })).toEqual(outside);
      expect(await scene.change(ANA, 99 as never, action)).toEqual(outside);
    }
    expect(await scene.change(ANA, 99 as never, 'joined')).toEqual(outside);
  });

  it('[CV8] leaving again is done', async () => {
    expect(await change(BEN, 'left')).toEqual(DONE);
    const before = head();
    expect(await change(BEN, 'left')).toEqual(DONE);
    expect(head()).toBe(before);
  });

  it('[CV9] ownership passes to the admin who stands longest', async () => {
    await change(ANA, 'invited', { users: [CAI] });
    await change(ANA, 'invited', { users: [DAN] });
    await change(ANA, 'role', { users: [DAN, CAI], role: 'admin' });
    await change(ANA, 'left');
    expect([ANA, BEN, CAI, DAN].map((user) => scene.roleOf(group, user))).toEqual([
      null,
      'member',
      'owner',
      'admin',
    ]);
    expect(lastChanges(2)).toEqual([
      { sender: ANA, action: MemberAction.role, users: [CAI], role: Role.owner },
      { sender: ANA, action: MemberAction.left, users: [ANA], role: Role.unspecified },
    ]);
  });

  it('[CV9] else to the member who does, counted from the last time they entered', async () => {
    await change(ANA, 'invited', { users: [CAI] });
    await change(BEN, 'left');
    await change(ANA, 'invited', { users: [BEN] });
    scene = await scene.restart();
    await change(ANA, 'left');
    expect(scene.roleOf(group, CAI)).toBe('owner');
  });

  it('[CV9] the last one leaves a group that is empty', async () => {
    await change(BEN, 'left');
    expect(await change(ANA, 'left')).toEqual(DONE);
    expect(present()).toEqual([]);
  });

  it('[CV16] the first to come back owns it', async () => {
    await open();
    await change(BEN, 'left');
    await change(ANA, 'left');
    await Promise.all([change(CAI, 'joined'), change(BEN, 'joined')]);
    expect([ANA, BEN, CAI].map((user) => scene.roleOf(group, user))).toEqual([null, 'member', 'owner']);
  });

  it.each([
    ['owner', 'admin', true],
    ['owner', 'member', true],
    ['admin', 'member', true],
    ['admin', 'admin', false],
    ['admin', 'owner', false],
    ['member', 'member', false],
    ['member', 'owner', false],
  ] as const)('[CV10] an %s removes a %s: %s', async (by, whom, isAllowed) => {
    await change(ANA, 'invited', { users: [CAI, DAN] });
    const users = { owner: ANA, admin: BEN, member: CAI };
    await change(ANA, 'role', { users: [BEN], role: 'admin' });
    if (by === whom || (by === 'owner' && whom === 'admin')) {
      await change(ANA, 'role', { users: [DAN], role: whom });
    }
    const target = by === whom || (by === 'owner' && whom === 'admin') ? DAN : users[whom];
    const answer = await change(users[by], 'kicked', { users: [target] });
    expect(answer).toEqual(isAllowed ? DONE : refuse('permission.role'));
    expect(scene.roleOf(group, target) === null).toBe(isAllowed);
  });

  it('[CV10] removes all that are named or none', async () => {
    await change(ANA, 'invited', { users: [CAI, DAN] });
    await change(ANA, 'role', { users: [BEN, CAI], role: 'admin' });
    expect(await change(BEN, 'kicked', { users: [DAN, CAI] })).toEqual(refuse('permission.role'));
    expect(present()).toEqual([ANA, BEN, CAI, DAN]);
    expect(await change(ANA, 'kicked', { users: [ANA] })).toEqual(refuse('request.invalid'));
    expect(await change(ANA, 'kicked', { users: [DAN, NOBODY] })).toEqual(DONE);
    expect(await change(ANA, 'kicked', { users: [DAN] })).toEqual(DONE);
    expect(present()).toEqual([ANA, BEN, CAI]);
  });

  it('[CV11] the owner gives and takes roles', async () => {
    await change(ANA, 'invited', { users: [CAI] });
    expect(await change(ANA, 'role', { users: [BEN, CAI], role: 'admin' })).toEqual(DONE);
    expect([BEN, CAI].map((user) => scene.roleOf(group, user))).toEqual(['admin', 'admin']);
    expect(await change(BEN, 'role', { users: [CAI], role: 'member' })).toEqual(refuse('permission.role'));
    expect(await change(ANA, 'role', { users: [CAI], role: 'member' })).toEqual(DONE);
    expect(scene.roleOf(group, CAI)).toBe('member');
    const before = head();
    expect(await change(ANA, 'role', { users: [CAI], role: 'member' })).toEqual(DONE);
    expect(head()).toBe(before);
    expect(await change(ANA, 'role', { users: [BEN, DAN], role: 'member' })).toEqual(
      refuse('user.not_found'),
    );
    expect(await change(ANA, 'role', { users: [ANA], role: 'member' })).toEqual(refuse('request.invalid'));
  });

  it('[CV12] giving ownership is giving it up', async () => {
    await change(ANA, 'invited', { users: [CAI] });
    const both = await change(ANA, 'role', { users: [BEN, CAI], role: 'owner' });
    expect(both).toEqual(refuse('request.invalid'));
    expect(await change(ANA, 'role', { users: [ANA], role: 'owner' })).toEqual(DONE);
    scene.announced.length = 0;
    expect(await change(ANA, 'role', { users: [BEN], role: 'owner' })).toEqual(DONE);
    expect([ANA, BEN].map((user) => scene.roleOf(group, user))).toEqual(['admin', 'owner']);
    expect(scene.announced).toEqual(['committed 1/3', 'role 1 ben', 'role 1 ana']);
  });

  it('[CV14] whoever enters sees everything and has nothing unread', async () => {
    await scene.send(ANA, group, 'before');
    await change(ANA, 'invited', { users: [CAI] });
    expect(scene.member(group, CAI)).toMatchObject({ firstSeq: 1, leftSeq: 0, joinedSeq: 3, readSeq: 3 });
    expect(scene.unread(group, CAI)).toBe(0);
    await scene.send(ANA, group, 'after');
    expect(scene.unread(group, CAI)).toBe(1);
  });

  it('[CV14] whoever enters sees nothing of before where the operator wants it so', async () => {
    scene = await LogScene.open({ isHistoryFromJoining: true });
    group = await scene.group(ANA, [BEN]);
    await scene.send(ANA, group, 'before');
    await change(ANA, 'invited', { users: [CAI] });
    expect(scene.member(group, BEN).firstSeq).toBe(1);
    expect(scene.member(group, CAI)).toMatchObject({ firstSeq: 3, joinedSeq: 3, readSeq: 3 });
    await change(ANA, 'kicked', { users: [CAI] });
    await scene.send(ANA, group, 'meanwhile');
    await change(ANA, 'invited', { users: [CAI] });
    expect(scene.member(group, CAI).firstSeq).toBe(6);
    expect((await scene.restart()).member(group, CAI).firstSeq).toBe(6);
  });

  it('[CV14] has nothing unread after coming back, in one batch or several', async () => {
    await scene.send(BEN, group, 'own');
    await Promise.all([
      scene.send(BEN, group, 'own again', { counter: 2 }),
      change(ANA, 'kicked', { users: [BEN] }),
      change(ANA, 'invited', { users: [BEN] }),
      scene.send(BEN, group, 'and again', { counter: 3 }),
    ]);
    expect(present()).toEqual([ANA, BEN]);
    expect(scene.unread(group, BEN)).toBe(0);
    await scene.send(ANA, group, 'new');
    expect(scene.unread(group, BEN)).toBe(1);
    expect(scene.member(group, BEN)).toMatchObject({ leftSeq: 0, joinedSeq: 5 });
  });

  it('[CV15] the view of a former member ends with their removal', async () => {
    await change(ANA, 'kicked', { users: [BEN] });
    await scene.send(ANA, group, 'without ben');
    expect(scene.member(group, BEN)).toMatchObject({ role: null, leftSeq: 2 });
    expect(scene.world.membershipsOf(BEN)).toEqual([scene.member(group, BEN)]);
    expect(scene.world.presentCountOf(BEN)).toBe(0);
    expect(await scene.read(BEN, group, 3)).toEqual(refuse('permission.not_member'));
  });
});
