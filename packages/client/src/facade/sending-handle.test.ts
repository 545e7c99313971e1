import { expect, it } from 'vitest';
import { Stage } from '../test/stage.ts';

it('a message to a group that does not exist is told to be refused, although that is known at once', async () => {
  const alice = await new Stage().online('alice');
  const sending = alice.conversations.get('4711').send('is anybody there?');
  expect(sending.get()).toMatchObject({ state: 'failed' });
  await expect(sending.sent).rejects.toMatchObject({ code: 'permission.not_member' });
});
