import { settle } from '@skein/testkit';
import { expect, it } from 'vitest';
import { FakeDevice, Stage } from '../test/stage.ts';

it('a message to a group that does not exist is told to be refused, although that is known at once', async () => {
  const alice = await new Stage().online('alice');
  const sending = alice.conversations.get('4711').send('is anybody there?');
  expect(sending.get()).toMatchObject({ state: 'failed' });
  await expect(sending.sent).rejects.toMatchObject({ code: 'permission.not_member' });
});

it('[OB1] a message written without a connection is in the store at once, not a moment later', async () => {
  const stage = new Stage();
  const device = new FakeDevice();
  const client = await stage.online('alice', device);
  stage.server.isReachable = false;
  stage.server.live?.cut();
  await stage.pass(50);
  client.conversations.direct('bob').send('written in the elevator');
  // No time passes.
  await settle();
  const store = await device.cache.open('alice');
  expect((await store.load()).outbox).toHaveLength(1);
});
