import { SkeinProcess, temporaryFolder } from '@skein/server/testing';
import { expect, it } from 'vitest';
import type { Client } from './api/client.ts';
import { createClient } from './node/index.ts';

it('[CU11] shows what members changed about a group: live, after being away, and before there is a connection', async () => {
  using data = temporaryFolder();
  using files = temporaryFolder();
  await using server = new SkeinProcess({ folder: data.path, args: ['--port', '0', '--development'] });
  const { url } = await server.ready();
  const alice = createClient({ url, auth: { dev: 'alice' } });
  const openBob = (address: string): Client =>
    createClient({ url: address, auth: { dev: 'bob' }, folder: files.path });
  const bob = openBob(url);
  await Promise.all([alice.signedIn(), bob.signedIn()]);

  const group = await alice.conversations.createGroup({ title: '书单', users: ['bob'] });
  const attributes = [
    { key: 'color', value: '绿' },
    { key: 'topic', value: 'sheep' },
  ];
  await group.update({ title: '牧羊人', attributes });
  const shown = bob.conversations.get(group.id);
  await expect.poll(() => shown.info.get()).toMatchObject({ title: '牧羊人', attributes });
  await expect.poll(() => group.info.get()).toMatchObject({ attributes });

  await group.update({
    attributes: [
      { key: 'color', value: '' },
      { key: 'year', value: '1599' },
      { key: 'topic', value: 'exile' },
    ],
  });
  const changed = [
    { key: 'topic', value: 'exile' },
    { key: 'year', value: '1599' },
  ];
  await expect.poll(() => shown.info.get().attributes).toEqual(changed);
  await expect.poll(() => group.info.get().attributes).toEqual(changed);
  await bob.close();

  await group.update({ attributes: [{ key: 'topic', value: 'return' }] });
  const away = openBob('ws://127.0.0.1:1');
  await expect.poll(() => away.conversations.get(group.id).info.get().attributes).toEqual(changed);
  await away.close();
  const back = openBob(url);
  const now = [{ key: 'topic', value: 'return' }, changed[1]];
  await expect
    .poll(() => back.conversations.get(group.id).info.get().attributes, { timeout: 10_000 })
    .toEqual(now);

  const refused = back.conversations.get(group.id).update({ attributes });
  await expect(refused).rejects.toMatchObject({ code: 'permission.role' });
  await Promise.all([alice.close(), back.close()]);
}, 60_000);
