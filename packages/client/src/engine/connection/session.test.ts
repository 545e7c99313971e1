import { expect, it } from 'vitest';
import { Stage } from '../../test/stage.ts';

it('[CL9] whoever has no stored session is asked to sign in, and nothing is tried again', async () => {
  const stage = new Stage();
  const client = stage.client({ session: 'stored', user: 'alice' });
  const signedIn = client.signedIn();
  signedIn.catch(() => {});
  await stage.pass(60_000);
  expect(client.connection.get()).toMatchObject({ state: 'blocked', error: { code: 'auth.required' } });
  await expect(signedIn).rejects.toMatchObject({ code: 'auth.required' });
});
