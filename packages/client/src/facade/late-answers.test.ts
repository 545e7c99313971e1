import { ENTRY_KIND } from '@skein/model';
import { expect, it } from 'vitest';
import { bodyOfText } from '../test/fake-world.ts';
import { FakeDevice, Stage, textsOf } from '../test/stage.ts';

it('[CU6] repairs an own message that is answered late, below a hole that was asked about before', async () => {
  const stage = new Stage();
  const chat = stage.world.direct('alice', 'bob');
  const client = await stage.online('alice', new FakeDevice());
  stage.server.say(chat, 'bob', 'before');
  await textsOf(client, '@bob');
  await stage.pass(500);

  // The message is stored, its answer and everything after it are lost.
  const sending = client.conversations.get('@bob').send('mine');
  await stage.pass(0);
  stage.server.isReachable = false;
  stage.server.live?.cut();
  const sent = chat.entries.at(-1)!;
  for (let i = 0; i < 200; i++) stage.server.say(chat, 'bob', `${i}`);
  stage.server.commit(chat, 'alice', {
    kind: ENTRY_KIND.edit,
    target: sent.seq,
    body: bodyOfText('mine, edited'),
  });
  for (let i = 0; i < 200; i++) stage.server.say(chat, 'bob', `${i}`);

  const answer = stage.world.answer.bind(stage.world);
  stage.world.answer = (user, ask) => answer(user, { ...ask, entriesEach: 10 });
  // By then the hole that the sync left has been asked about.
  const answered = holdAnswers(stage);
  stage.server.isReachable = true;
  await stage.pass(60_000);
  answered();
  await stage.pass(60_000);
  await expect(sending.sent).resolves.toMatchObject({ seq: sent.seq });

  const { messages } = client.conversations.get('@bob');
  await Promise.all([messages.jumpTo({ seq: sent.seq }), stage.pass(50)]);
  expect(messages.get().find(({ seq }) => seq === sent.seq)).toMatchObject({ text: 'mine, edited' });
  await client.close();
});

/** The server is too busy for sends until the returned function is called. */
function holdAnswers(stage: Stage): () => void {
  const counters = new Map(stage.server.counters);
  stage.server.counters.clear();
  stage.server.refusesSend = () => ({ code: 'server.overloaded' });
  return () => {
    for (const [key, used] of counters) stage.server.counters.set(key, used);
    stage.server.refusesSend = () => null;
  };
}
