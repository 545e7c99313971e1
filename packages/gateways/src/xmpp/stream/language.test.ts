import { describe, expect, it } from 'vitest';
import { allOf, find, has, XmppPerson } from '../test/xmpp-person.ts';
import { openVerona } from '../test/xmpp-scene.ts';

const CHAT = "<message to='juliet@localhost' type='chat'";

describe('the language of a stream', () => {
  it('[XM10] is that of messages that say none, on the way and in the archive', async () => {
    const { romeo, juliet } = await couple('it');
    romeo.say(`${CHAT}><subject>tema</subject><body>ciao</body></message>`);
    const message = await juliet.readsMessage();
    expect(find(message, 'body').attrs['xml:lang']).toBe('it');
    expect(find(message, 'subject').attrs['xml:lang']).toBe('it');
    await juliet.asks('set', "<query xmlns='urn:xmpp:mam:2'/>");
    expect(find(await juliet.readsMessage('forwarded'), 'body').attrs['xml:lang']).toBe('it');
  });

  it('[XM10] is not that of messages that say another', async () => {
    const { romeo, juliet } = await couple('it');
    romeo.say(`${CHAT} xml:lang='de'><body>hallo</body></message>`);
    expect(find(await juliet.readsMessage(), 'body').attrs['xml:lang']).toBe('de');
  });

  it('[XM10] is that of presence and of requests that are passed on', async () => {
    const { romeo, juliet } = await couple('it');
    romeo.say(`<presence to='${juliet.jid}'><status>qui</status></presence>`);
    const isHis = ({ attrs }: { attrs: Readonly<Record<string, string>> }): boolean =>
      attrs['from'] === romeo.jid;
    expect((await juliet.reads('presence', isHis)).attrs['xml:lang']).toBe('it');
    romeo.say(`<presence to='${juliet.jid}' type='unavailable' xml:lang='de'/>`);
    expect((await juliet.reads('presence', isHis)).attrs['xml:lang']).toBe('de');
    romeo.say(`<iq to='${juliet.jid}' type='get' id='v'><query xmlns='jabber:iq:version'/></iq>`);
    expect((await juliet.reads('iq', isHis)).attrs['xml:lang']).toBe('it');
  });

  it('[XM10] goes with everything that is told of a presence', async () => {
    const { scene, port } = await openVerona();
    const phone = await XmppPerson.arrive(port, 'romeo', { resource: 'phone' });
    const romeo = await XmppPerson.arrive(port, 'romeo', { language: 'it' });
    const isHis = ({ attrs }: { attrs: Readonly<Record<string, string>> }): boolean =>
      attrs['from'] === romeo.jid;
    expect((await phone.reads('presence', isHis)).attrs['xml:lang']).toBe('it');
    romeo.say("<presence type='unavailable'><status>via</status></presence>");
    expect((await phone.reads('presence', isHis)).attrs).toMatchObject({
      type: 'unavailable',
      'xml:lang': 'it',
    });
    scene.throwBugs();
  });

  it.each(['', 'en', 'EN', 'no tag at all', 'x'.repeat(36)])(
    '[XM10] need not be said where it is ours, or none: %o',
    async (language) => {
      const { romeo, juliet } = await couple(language);
      romeo.say(`${CHAT}><body>hello</body></message>`);
      const message = await juliet.readsMessage();
      expect([message, ...allOf(message, 'body')].some(({ attrs }) => 'xml:lang' in attrs)).toBe(false);
      romeo.say(`<presence to='${juliet.jid}'><status>here</status></presence>`);
      const presence = await juliet.reads('presence', (stanza) => has(stanza, 'status'));
      expect('xml:lang' in presence.attrs).toBe(false);
    },
  );
});

async function couple(language: string) {
  const { port } = await openVerona();
  const romeo = await XmppPerson.arrive(port, 'romeo', { language });
  const juliet = await XmppPerson.arrive(port, 'juliet', { resource: 'balcony' });
  await juliet.sync();
  return { romeo, juliet };
}
