import { describe, expect, it } from 'vitest';
import { until } from '../../testing/test-port.ts';
import { has, XmppPerson } from '../test/xmpp-person.ts';
import { openVerona } from '../test/xmpp-scene.ts';

const SM = "xmlns='urn:xmpp:sm:3'";

describe('a session that is looked at', () => {
  it('[XM9] is asked when it is silent, and cut off when it does not answer', async () => {
    const { port, pass } = await open();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    await romeo.sync();
    await pass(37);
    expect(has(await romeo.reads('iq', ({ attrs }) => attrs['type'] === 'get'), 'ping')).toBe(true);
    romeo.say(' ');
    await romeo.sync();
    await pass(37);
    await romeo.reads('iq', ({ attrs }) => attrs['type'] === 'get');
    await pass(20);
    expect(has(await romeo.reads('error'), 'connection-timeout')).toBe(true);
    await until(() => romeo.link.isEnded);
  });

  it('[XM9] without a connection ends after its time', async () => {
    const { port, pass } = await open({ xmppResumeMs: 120_000 });
    const romeo = await XmppPerson.arrive(port, 'romeo');
    romeo.say(`<enable ${SM} resume='true'/>`);
    const { id } = (await romeo.reads('enabled')).attrs;
    romeo.link.socket.destroy();
    await pass(100);
    const again = await XmppPerson.connect(port);
    await again.signIn('romeo');
    again.say(`<resume ${SM} previd='${id}' h='0'/>`);
    await again.reads('resumed');
    again.link.socket.destroy();
    await pass(130);
    const late = await XmppPerson.connect(port);
    await late.signIn('romeo');
    late.say(`<resume ${SM} previd='${id}' h='0'/>`);
    await late.reads('failed');
  });

  it('[XM9] outlives its token', async () => {
    const { port, pass } = await open({ accessTokenMs: 120_000 });
    const romeo = await XmppPerson.arrive(port, 'romeo');
    for (let times = 0; times < 15; times++) {
      await pass(20);
      romeo.say(' ');
      await romeo.sync();
    }
  });
});

async function open(limits = {}) {
  const { scene, port } = await openVerona({ limits }, {}, true);
  /** Seconds pass, and everybody has the time to notice. */
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      scene.clock.advance(1_000);
      await new Promise(setImmediate);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { port, pass };
}
