import { connect } from 'node:net';
import { HTTP_EVENTS, MQTT_5, XMPP } from '@skein/gateways/drivers';
import { describeNeeding } from '@skein/needs';
import type { GatewayPeer, Place, Seen } from '@skein/testkit/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PASSWORD } from './testing/person.ts';
import { Stage } from './testing/stage.ts';

describeNeeding('chromium', 'the page beside clients of other protocols', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  it('shows a group whose members speak XMPP, MQTT and HTTP in the order that all of them see', async () => {
    const duke = await stage.person();
    await duke.register('duke', { name: '公爵' });
    const [romeo, juliet, nurse] = await Promise.all([
      arrive(XMPP, 'romeo'),
      arrive(MQTT_5, 'juliet'),
      arrive(HTTP_EVENTS, 'nurse'),
    ]);
    await duke.beginGroup('Verona', ['romeo', 'juliet', 'nurse']);
    await duke.say('Once more, on pain of death, all men depart.');
    const place = (await seen(nurse, 'all men depart')).place;
    await seen(romeo, 'all men depart');
    await romeo.send(place, 'But, soft! what light');
    await seen(juliet, 'what light');
    await juliet.send(place, '啊，罗密欧！');
    await seen(nurse, '罗密欧');
    await nurse.send(place, 'I hear some noise within');
    await duke.message('some noise within').waitFor();
    const texts = await duke.texts();
    expect(texts).toEqual([
      'Once more, on pain of death, all men depart.',
      'But, soft! what light',
      '啊，罗密欧！',
      'I hear some noise within',
    ]);
    for (const peer of [romeo, juliet, nurse]) await expect.poll(() => textsOf(peer)).toEqual(texts);

    const { seq } = await seen(nurse, 'what light');
    await romeo.edit(place, seq ?? 0, 'But, soft! what light through yonder window');
    await duke.message('yonder window').getByText('已编辑').waitFor();
    await juliet.react(place, seq ?? 0, '❤️');
    await duke.message('yonder window').getByRole('button', { name: '❤️ 1' }).waitFor();
    const { seq: noise } = await seen(nurse, 'some noise');
    await nurse.recall(place, noise ?? 0);
    await duke.told('nurse撤回了一条消息').waitFor();
    romeo.typing(place);
    await duke.page.getByText('romeo 正在输入…').waitFor();
    await duke.act('罗密欧', '赞');
    await expect
      .poll(() => romeo.seen.some(({ kind, text }) => kind === 'reaction' && text === '👍'))
      .toBe(true);
    // Each text has the direction of its own words.
    await romeo.send(place, 'שלום ורונה!');
    await duke.message('שלום').waitFor();
    const directions = duke.page
      .locator('.bubble')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).direction));
    expect(await directions).toEqual(['ltr', 'ltr', 'ltr', 'rtl']);
    expect(stage.problems).toEqual([]);
  });

  it('has one read state with an XMPP client and an MQTT device', async () => {
    const hamlet = await stage.person();
    await hamlet.register('hamlet');
    const [horatio, osric] = await Promise.all([arrive(XMPP, 'horatio'), arrive(MQTT_5, 'osric')]);
    for (const [name, peer] of [
      ['horatio', horatio],
      ['osric', osric],
    ] as const) {
      const place: Place = { direct: 'hamlet' };
      await hamlet.begin(name);
      await hamlet.say(`Well said, ${name}.`);
      await hamlet.receipt('已送达').waitFor();
      const { seq } = await seen(peer, 'Well said');
      peer.read(place, seq ?? 0);
      await hamlet.receipt('已读').waitFor();
      await peer.send(place, 'My lord?');
      await hamlet.message('My lord?').waitFor();
      // It was in sight, so it is read.
      await expect
        .poll(() => peer.reads.some(({ by, seq: upTo }) => by === 'hamlet' && upTo > (seq ?? 0)))
        .toBe(true);
    }
    expect(stage.problems).toEqual([]);
  });

  async function arrive(driver: typeof XMPP, user: string): Promise<GatewayPeer> {
    const port = Number(new URL(stage.url).port);
    await register(port, user);
    return driver.arrive(port, { user, password: PASSWORD });
  }
});

function textsOf({ seen: all }: GatewayPeer): string[] {
  return all.filter(({ kind }) => kind === 'message').map(({ text }) => text);
}

/** Waits until somebody was shown a message with these words. */
async function seen(peer: GatewayPeer, words: string): Promise<Seen> {
  const find = (): Seen | undefined =>
    peer.seen.find(({ kind, text }) => kind === 'message' && text.includes(words));
  await expect.poll(find, { timeout: 10_000 }).toBeDefined();
  return find() as Seen;
}

function register(port: number, user: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.end(`${JSON.stringify({ register: user, password: PASSWORD })}\n`);
    });
    socket
      .on('error', reject)
      .on('close', () => resolve())
      .resume();
  });
}
