import { describe, expect, it } from 'vitest';
import { until } from '../../testing/test-port.ts';
import { find, has, textIn, XmppPerson } from '../test/xmpp-person.ts';
import { openVerona } from '../test/xmpp-scene.ts';

const SM = "xmlns='urn:xmpp:sm:3'";

describe('stream management', () => {
  it('[XM40] counts what is stored', async () => {
    const { romeo } = await open();
    await romeo.sync();
    for (let index = 0; index < 3; index++) romeo.say(chat(`m${index}`));
    romeo.say(`<r ${SM}/>`);
    await romeo.reads('a', ({ attrs }) => attrs['h'] === '4');
  });

  it('[XM40] answers a question for what is being stored when it is', async () => {
    const { romeo, scene } = await open();
    scene.store.hold();
    romeo.say(`${chat('m1')}<r ${SM}/>`);
    const first = await romeo.reads('a');
    expect(first.attrs['h']).toBe('0');
    scene.store.release();
    expect((await romeo.reads('a')).attrs['h']).toBe('1');
  });

  it('[XM40] answers once what is stored soon', async () => {
    const { romeo } = await open();
    await romeo.sync();
    for (let index = 0; index < 3; index++) {
      romeo.say(`${chat(`m${index}`)}<r ${SM}/>`);
      // The ping of \`sync\` and the one above count as well.
      expect((await romeo.reads('a')).attrs['h']).toBe(String(2 + 2 * index));
      await romeo.sync();
    }
    const answers = romeo.stanzas.filter(({ name }) => name === 'a');
    expect(answers).toHaveLength(3);
  });

  it('[XM40] answers what is owed before the stream ends', async () => {
    const { romeo, scene } = await open();
    scene.store.hold();
    romeo.say(`${chat('m1')}<r ${SM}/></stream:stream>`);
    expect((await romeo.reads('a')).attrs['h']).toBe('0');
    scene.store.release();
  });

  it('[XM40] begins once there is a resource', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.connect(port);
    await romeo.signIn('romeo');
    romeo.say(`<enable ${SM} resume='true'/>`);
    expect(has(await romeo.reads('failed'), 'unexpected-request')).toBe(true);
    await romeo.bind('orchard');
  });

  it('[XM41] asks what the peer has, and moves the delivered marker then', async () => {
    const { scene, romeo, juliet } = await open();
    const web = await scene.arrive('romeo');
    juliet.say(`<enable ${SM}/>`);
    await juliet.reads('enabled');
    romeo.say(chat('m1'));
    await juliet.readsMessage();
    await juliet.reads('r');
    expect(web.all('marker')).toEqual([]);
    juliet.say(`<a ${SM} h='1'/>`);
    await until(() => web.all('marker').some(({ delivered }) => delivered === 3));
    juliet.say(`<a ${SM} h='9'/>`);
    const error = await juliet.reads('error');
    expect(has(error, 'undefined-condition')).toBe(true);
    expect(find(error, 'handled-count-too-high').attrs).toMatchObject({ h: '9', 'send-count': '1' });
  });

  it('[XM40] goes on after the connection was lost: nothing is lost, nothing comes twice', async () => {
    const { port, romeo, juliet } = await open();
    juliet.say(`<enable ${SM} resume='true'/>`);
    const enabled = await juliet.reads('enabled');
    expect(enabled.attrs).toMatchObject({ resume: 'true', max: '600' });
    romeo.say(chat('seen'));
    await juliet.readsMessage();
    romeo.say(chat('unseen'));
    await juliet.readsMessage();
    juliet.link.socket.destroy();
    await romeo.sync();
    romeo.say(chat('while away'));
    await romeo.sync();

    const again = await XmppPerson.connect(port);
    await again.signIn('juliet');
    again.say(`<resume ${SM} previd='${enabled.attrs['id']}' h='1'/>`);
    expect((await again.reads('resumed')).attrs).toMatchObject({ previd: enabled.attrs['id'], h: '0' });
    expect(textIn(find(await again.readsMessage(), 'body'))).toBe('unseen');
    expect(textIn(find(await again.readsMessage(), 'body'))).toBe('while away');
    again.say("<message to='romeo@localhost' type='chat'><body>back</body></message>");
    expect((await romeo.readsMessage()).attrs['from']).toBe('juliet@localhost/balcony');
  });

  it('[XM40] refuses what it does not know, and a session can be bound instead', async () => {
    const { port } = await open();
    const romeo = await XmppPerson.connect(port);
    await romeo.signIn('romeo');
    romeo.say(`<resume ${SM} previd='nothing' h='0'/>`);
    expect(has(await romeo.reads('failed'), 'item-not-found')).toBe(true);
    await romeo.bind('garden');
    await romeo.sync();
  });

  it('[XM40] is nobody else’s to go on with', async () => {
    const { port, juliet } = await open();
    juliet.say(`<enable ${SM} resume='true'/>`);
    const { id } = (await juliet.reads('enabled')).attrs;
    juliet.link.socket.destroy();
    const nurse = await XmppPerson.connect(port);
    await nurse.signIn('nurse');
    nurse.say(`<resume ${SM} previd='${id}' h='0'/>`);
    expect(has(await nurse.reads('failed'), 'item-not-found')).toBe(true);
  });

  it('[XM40] gives a session up when more waits for it than is kept', async () => {
    const { port, romeo, juliet } = await open({ outboundBytesMax: 20_000 });
    juliet.say(`<enable ${SM} resume='true'/>`);
    const { id } = (await juliet.reads('enabled')).attrs;
    juliet.link.socket.destroy();
    await romeo.sync();
    for (let index = 0; index < 30; index++) romeo.say(chat('x'.repeat(1_000) + index));
    await romeo.sync();
    const again = await XmppPerson.connect(port);
    await again.signIn('juliet');
    again.say(`<resume ${SM} previd='${id}' h='0'/>`);
    await again.reads('failed');
    await again.bind('balcony');
    again.say('<presence/>');
    for (let index = 0; index < 30; index++) await again.readsMessage();
  });
});

async function open(limits = {}) {
  const { scene, port } = await openVerona({ limits });
  const romeo = await XmppPerson.arrive(port, 'romeo');
  const juliet = await XmppPerson.arrive(port, 'juliet', { resource: 'balcony' });
  await juliet.sync();
  romeo.say(chat('first'));
  await juliet.readsMessage();
  romeo.say(`<enable ${SM} resume='true'/>`);
  await romeo.reads('enabled');
  return { scene, port, romeo, juliet };
}

function chat(text: string): string {
  return `<message to='juliet@localhost' type='chat' id='${text.slice(-20)}'><body>${text}</body></message>`;
}
