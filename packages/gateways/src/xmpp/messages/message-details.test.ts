import { describe, expect, it } from 'vitest';
import { find, has, textIn, XmppPerson } from '../test/xmpp-person.ts';
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
});

function detailsOf(message: Parameters<typeof find>[0]) {
  return [
    textIn(find(message, 'subject')),
    find(message, 'body').attrs['xml:lang'],
    textIn(find(message, 'thread')),
    has(message, 'request'),
  ];
}
