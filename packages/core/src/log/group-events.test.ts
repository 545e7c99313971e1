import type { Role, UserNumber } from '@skein/model';
import { ANA, BEN, CAI, DAN, LogScene } from '@skein/testkit';
import { describe, expect, it } from 'vitest';

interface Row {
  readonly event: string;
  readonly by: UserNumber;
  readonly action: 'invited' | 'joined' | 'left' | 'kicked' | 'role';
  readonly users?: readonly UserNumber[];
  readonly role?: Role;
  /** What ana, ben, cai and dan are told: entries as pushes, and their own membership. */
  readonly told: readonly [string, string, string, string];
}

const NAMES = ['ana', 'ben', 'cai', 'dan'];

/** The event matrix of a group's life: ana owns it, ben is its admin, cai a member, dan outside. */
const MATRIX: readonly Row[] = [
  {
    event: 'an invitation',
    by: CAI,
    action: 'invited',
    users: [DAN],
    told: ['push', 'push', 'push', 'entered'],
  },
  { event: 'joining', by: DAN, action: 'joined', told: ['push', 'push', 'push', 'entered'] },
  { event: 'leaving', by: CAI, action: 'left', told: ['push', 'push', 'push left', ''] },
  { event: 'a removal', by: BEN, action: 'kicked', users: [CAI], told: ['push', 'push', 'push left', ''] },
  {
    event: 'a promotion',
    by: ANA,
    action: 'role',
    users: [CAI],
    role: 'admin',
    told: ['push', 'push', 'push role', ''],
  },
  {
    event: 'a new owner',
    by: ANA,
    action: 'role',
    users: [BEN],
    role: 'owner',
    told: ['push role', 'push role', 'push', ''],
  },
  {
    event: 'the owner leaving',
    by: ANA,
    action: 'left',
    told: ['push role push left', 'push role push', 'push push', ''],
  },
];

describe('the event matrix of a group', () => {
  it.each(MATRIX)('[LG4] [CV13] $event tells each of four what concerns them', async (row) => {
    const scene = await LogScene.open();
    const group = await scene.group(ANA, [BEN, CAI]);
    await scene.change(ANA, group, 'role', { users: [BEN], role: 'admin' });
    const settings = { title: undefined, isOpen: true, attributes: new Map() };
    await scene.ask({ type: 'change-settings', user: ANA, conversation: group, ...settings });
    const told = follow(scene, group);

    const { users = [], role = 'member' } = row;
    expect(await scene.change(row.by, group, row.action, { users, role })).toMatchObject({ outcome: 'done' });
    expect(told()).toEqual(row.told);
  });
});

/** Hears what is announced as a hub does: pushes go to the present and the leaving, not to the entering. */
function follow(scene: LogScene, group: Awaited<ReturnType<LogScene['group']>>): () => string[] {
  let commits = scene.committed.length;
  const lines = scene.announced.length;
  const present = new Set(scene.world.conversation(group)?.present);
  return () => {
    const told = new Map(NAMES.map((name) => [name, [] as string[]]));
    for (const line of scene.announced.slice(lines)) {
      const [what = '', , name = ''] = line.split(' ');
      if (what !== 'committed') {
        told.get(name)?.push(what);
        continue;
      }
      const { entered = [], left = [] } = scene.committed[commits++] ?? {};
      for (const user of present) told.get(NAMES[user - 1] ?? '')?.push('push');
      for (const user of entered) present.add(user);
      for (const user of left) present.delete(user);
    }
    expect(new Set(scene.world.conversation(group)?.present)).toEqual(present);
    return [...told.values()].map((words) => words.join(' '));
  };
}
