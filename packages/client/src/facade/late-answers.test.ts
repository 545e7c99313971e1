import { conversationId, ENTRY_KIND, seq as toSeq } from '@skein/model';
import { describe, expect, it } from 'vitest';
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

describe.each([
  { where: 'among what was missed', entriesEach: 1_000 },
  { where: 'in a hole that the sync left', entriesEach: 10 },
])('an own message whose answer was lost, and that somebody recalled, $where', ({ entriesEach }) => {
  it('[TL3] stays without its words when the answer comes late', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    const group = stage.world.group('Arden', ['alice', 'bob']);
    const client = await stage.online('alice', device);
    const conversation = String(group.number);
    await textsOf(client, conversation);
    await stage.pass(500);

    const sending = client.conversations.get(conversation).send('not for everybody');
    await stage.pass(0);
    stage.server.isReachable = false;
    stage.server.live?.cut();
    const sent = group.entries.at(-1)!;
    for (let i = 0; i < 200; i++) stage.server.say(group, 'bob', `${i}`);
    stage.server.commit(group, 'bob', { kind: ENTRY_KIND.recall, target: sent.seq });
    for (let i = 0; i < 200; i++) stage.server.say(group, 'bob', `${i}`);

    const answer = stage.world.answer.bind(stage.world);
    stage.world.answer = (user, ask) => answer(user, { ...ask, entriesEach });
    const answered = holdAnswers(stage);
    stage.server.isReachable = true;
    await stage.pass(60_000);
    answered();
    await stage.pass(60_000);
    // In case it was recognised before: the answer that was held up somewhere.
    const { seq, timeMs, ordinal, counter } = sent;
    stage.server.live?.tell({
      case: 'ack',
      value: { conversation: group.number, counter, seq, timeMs, ordinal },
    });
    await stage.pass(1_000);
    await expect(sending.sent).resolves.toMatchObject({ seq });

    const { messages } = client.conversations.get(conversation);
    await Promise.all([messages.jumpTo({ seq }), stage.pass(50)]);
    expect(messages.get().filter((message) => message.seq === seq)).toMatchObject([{ kind: 'recalled' }]);
    expect(client.outbox.get()).toEqual([]);
    await client.close();
    const store = await device.cache.open('alice');
    const at = { from: toSeq(seq), to: toSeq(seq) };
    const entries = await store.readEntries(conversationId(group.number), at);
    expect(entries.map(({ body }) => body.length)).toEqual([0]);
  });
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
