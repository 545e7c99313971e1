import { ENTRY_KIND } from '@skein/model';
import { encodeMessage, writeContent } from '@skein/protocol';
import { describe, expect, it } from 'vitest';
import { allOf, find, has, textIn, XmppPerson } from '../test/xmpp-person.ts';
import { openVerona } from '../test/xmpp-scene.ts';

const LETTER =
  "<message to='juliet@localhost' type='chat' id='m1' xml:lang='it'><subject>Notte</subject><body>Buona notte &amp; addio</body>" +
  "<thread>t-1</thread><request xmlns='urn:xmpp:receipts'/></message>";

describe('the details of a message', () => {
  it('[XM47] reach whoever receives it, and come from the archive', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    const juliet = await XmppPerson.arrive(port, 'juliet');
    romeo.say(LETTER);
    expect(detailsOf(await juliet.readsMessage())).toEqual(['Notte', 'it', 't-1', true]);
    await juliet.asks('set', "<query xmlns='urn:xmpp:mam:2'/>");
    expect(detailsOf(await juliet.readsMessage('result'))).toEqual(['Notte', 'it', 't-1', true]);
  });

  it('[XM47] are kept when it is corrected', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    const juliet = await XmppPerson.arrive(port, 'juliet');
    romeo.say(LETTER);
    await juliet.readsMessage();
    romeo.say(
      "<message to='juliet@localhost' type='chat' id='m2' xml:lang='en'><body>Good night</body><thread>t-1</thread>" +
        "<replace id='m1' xmlns='urn:xmpp:message-correct:0'/></message>",
    );
    const correction = await juliet.readsMessage('replace');
    expect(find(correction, 'body').attrs['xml:lang']).toBe('en');
    expect(textIn(find(correction, 'thread'))).toBe('t-1');
  });

  it('[XM47] are left out where they are none', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    const juliet = await XmppPerson.arrive(port, 'juliet');
    const thread = 'x'.repeat(257);
    romeo.say(
      `<message to='juliet@localhost' type='chat' xml:lang='not a language'><body>hello</body><thread>${thread}</thread></message>`,
    );
    const message = await juliet.readsMessage();
    expect(find(message, 'body').attrs).toEqual({});
    expect(['subject', 'thread', 'request'].filter((name) => has(message, name))).toEqual([]);
  });

  it('[XM48] are whatever else is in it, now and in the archive, but for what only the server says', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    const juliet = await XmppPerson.arrive(port, 'juliet');
    const others =
      "<rose xmlns='urn:flowers' name='&lt;&apos;'><thorn xmlns='urn:thorns'>a &amp; b</thorn></rose><active xmlns='http://jabber.org/protocol/chatstates'/>";
    const forged =
      "<delay xmlns='urn:xmpp:delay' stamp='2000-01-01T00:00:00Z'/><sent xmlns='urn:xmpp:carbons:2'/><x xmlns='http://jabber.org/protocol/muc#user'/>";
    romeo.say(
      `<message to='juliet@localhost' type='chat' id='m1'><body>sweet</body>${others}${forged}</message>`,
    );
    const received = await juliet.readsMessage();
    await juliet.asks('set', "<query xmlns='urn:xmpp:mam:2'/>");
    for (const message of [received, await juliet.readsMessage('result')]) {
      expect(find(message, 'rose')).toMatchObject({ ns: 'urn:flowers', attrs: { name: "<'" } });
      expect(textIn(find(message, 'thorn'))).toBe('a & b');
      expect(find(message, 'active').ns).toBe('http://jabber.org/protocol/chatstates');
      expect(has(message, 'sent')).toBe(false);
    }
    expect(has(received, 'delay') || has(received, 'x')).toBe(false);
  });

  it.each([
    '<rose',
    '</message><message/>',
    '</document><presence/>',
    "<rose xmlns='urn:flowers'/></document><!-- -->",
    '<body>two</body>',
    "<stanza-id xmlns='urn:xmpp:sid:0' by='juliet@localhost' id='1'/>",
    '&lol;',
    '<!DOCTYPE a>',
  ])('[XM48] are not what somebody else could not have said: %s', async (elements) => {
    const { scene, port } = await openVerona();
    const juliet = await XmppPerson.arrive(port, 'juliet');
    const web = await scene.arrive('romeo');
    const { conversation } = await web.createDirect('juliet');
    const content = encodeMessage(writeContent, { of: { case: 'text', value: 'sweet' }, elements });
    web.say({
      case: 'send',
      value: { conversation, counter: web.nextCounter(conversation), kind: ENTRY_KIND.message, content },
    });
    const message = await juliet.readsMessage();
    expect(allOf(message, 'body').map(textIn)).toEqual(['sweet']);
    expect(allOf(message, 'stanza-id').map(({ attrs }) => attrs['id'])).not.toContain('1');
    await juliet.sync();
    expect(juliet.isClosed).toBe(false);
    expect(juliet.heard().filter(({ name }) => name === 'message')).toHaveLength(1);
  });

  it('[XM46] that somebody begins to write is told before there is a conversation', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    const juliet = await XmppPerson.arrive(port, 'juliet');
    romeo.say(
      "<message to='juliet@localhost' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>",
    );
    expect((await juliet.readsMessage('composing')).attrs['from']).toBe(romeo.jid);
  });
});

function detailsOf(message: Parameters<typeof find>[0]) {
  return [
    textIn(find(message, 'subject')),
    find(message, 'body').attrs['xml:lang'],
    textIn(find(message, 'thread')),
    has(message, 'request'),
  ];
}
