import { describe, expect, it } from 'vitest';
import { until } from '../testing/test-port.ts';
import { allOf, find, has, textIn, XmppPerson } from './test/xmpp-person.ts';
import { openVerona } from './test/xmpp-scene.ts';

describe('direct messages', () => {
  it('[XM21] Romeo sends, Juliet receives', async () => {
    const { romeo, juliet } = await lovers();
    romeo.say(chat('m1', 'Art thou not Romeo? <&> 😀'));
    const message = await juliet.readsMessage();
    expect(message.attrs).toMatchObject({ from: romeo.jid, to: juliet.jid, type: 'chat', id: 'm1' });
    expect(textIn(find(message, 'body'))).toBe('Art thou not Romeo? <&> 😀');
    expect(allOf(message, 'stanza-id').map(({ attrs }) => ({ ...attrs }))).toEqual([
      { id: '1-2', by: 'juliet@localhost' },
      { id: '2', by: 'romeo@localhost' },
    ]);
    expect(find(message, 'origin-id').attrs['id']).toBe('m1');
  });

  it('[XM21] are the messages that the other protocols show', async () => {
    const { scene, romeo, juliet } = await lovers();
    const web = await scene.arrive('juliet');
    romeo.say(chat('m1', 'one'));
    await juliet.readsMessage();
    const { conversation } = await web.createDirect('romeo');
    await web.text(conversation, 'from the web');
    const message = await romeo.readsMessage();
    expect(message.attrs).toMatchObject({ from: 'juliet@localhost', type: 'chat', id: '3' });
    expect(web.all('push')).toHaveLength(1);
  });

  it('[XM21] keep their order', async () => {
    const { romeo, juliet } = await lovers();
    romeo.say(Array.from({ length: 100 }, (_, index) => chat(`m${index}`, `${index}`)).join(''));
    for (let index = 0; index < 100; index++) {
      expect(textIn(find(await juliet.readsMessage(), 'body'))).toBe(`${index}`);
    }
  });

  it('[XM21] sent twice are stored once', async () => {
    const { romeo, juliet } = await lovers();
    romeo.say(chat('m1', 'once'));
    romeo.say(chat('m1', 'once'));
    romeo.say(chat('m2', 'and then'));
    expect(textIn(find(await juliet.readsMessage(), 'body'))).toBe('once');
    expect(textIn(find(await juliet.readsMessage(), 'body'))).toBe('and then');
  });

  it('[XM21] to nobody, and to a server, are refused', async () => {
    const { romeo } = await lovers();
    for (const to of ['nobody@localhost', 'localhost']) {
      romeo.say(`<message to='${to}' type='chat' id='x'><body>hello</body></message>`);
      const error = await romeo.reads('message', ({ attrs }) => attrs['type'] === 'error');
      expect(has(error, 'service-unavailable')).toBe(true);
    }
  });

  it('[XM22] wait for who is not there', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    for (const text of ['one', 'two', 'three']) romeo.say(chat(text, text));
    await romeo.sync();
    const juliet = await XmppPerson.arrive(port, 'juliet');
    for (const text of ['one', 'two', 'three']) {
      const message = await juliet.readsMessage();
      expect(textIn(find(message, 'body'))).toBe(text);
      expect(has(message, 'delay')).toBe(true);
    }
    await juliet.sync();
    juliet.link.socket.destroy();
    const again = await XmppPerson.arrive(port, 'juliet', { resource: 'chamber' });
    await again.sync();
    expect(again.heard().filter(({ name }) => name === 'message')).toEqual([]);
  });

  it('[XM24] that are said while somebody is told what they missed come behind it, and once', async () => {
    let say: (text: string) => Promise<void> = async () => undefined;
    const { scene, port } = await openVerona({
      instead: {
        history: (history) => {
          const page = history.page.bind(history);
          history.page = async (...ask) => {
            await say('while it is read');
            const answer = await page(...ask);
            await say('after it was read');
            say = async () => undefined;
            return answer;
          };
          return history;
        },
      },
    });
    const web = await scene.arrive('romeo');
    const { conversation } = await web.createDirect('juliet');
    await web.text(conversation, 'missed');
    const juliet = await XmppPerson.arrive(port, 'juliet', { isQuiet: true });
    say = (text) => web.text(conversation, text);
    juliet.say('<presence/>');
    await juliet.sync();
    await web.text(conversation, 'new');
    await until(() => juliet.heard().some((stanza) => textIn(stanza) === 'new'));
    const told = juliet.heard().filter(({ name }) => name === 'message');
    expect(told.map(textIn)).toEqual(['missed', 'while it is read', 'after it was read', 'new']);
  });

  it('[XM22] are not told to who is not available', async () => {
    const { port } = await openVerona();
    const juliet = await XmppPerson.arrive(port, 'juliet', { isQuiet: true });
    const romeo = await XmppPerson.arrive(port, 'romeo');
    romeo.say(chat('m1', 'hello'));
    await romeo.sync();
    await juliet.sync();
    expect(juliet.heard().filter(({ name }) => name === 'message')).toEqual([]);
    juliet.say('<presence/>');
    await juliet.readsMessage();
  });

  it('[XM43] are seen on the other connections of who sent them', async () => {
    const { port, scene, romeo, juliet } = await lovers();
    const other = await XmppPerson.arrive(port, 'romeo', { resource: 'garden' });
    await other.asks('set', "<enable xmlns='urn:xmpp:carbons:2'/>");
    romeo.say(chat('m1', 'hello'));
    await juliet.readsMessage();
    const carbon = await other.readsMessage('sent');
    expect(carbon.attrs['from']).toBe('romeo@localhost');
    expect(find(carbon, 'message').attrs).toMatchObject({
      from: 'romeo@localhost/orchard',
      to: 'juliet@localhost',
      id: 'm1',
    });
    const secret =
      "<private xmlns='urn:xmpp:carbons:2'/><no-copy xmlns='urn:xmpp:hints'/><body>between us</body>";
    romeo.say(`<message to='juliet@localhost' type='chat' id='m2'>${secret}</message>`);
    expect(textIn(find(await juliet.readsMessage(), 'body'))).toBe('between us');
    const web = await scene.arrive('romeo');
    const { conversation } = await web.createDirect('juliet');
    await web.text(conversation, 'from the web');
    // Order holds: a carbon of what is private would have come before it.
    expect(textIn(await other.readsMessage('sent'))).toContain('from the web');
  });

  it('[XM44] are receipted: delivered and displayed, as markers say', async () => {
    const { romeo, juliet } = await lovers();
    const asks = "<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>";
    romeo.say(`<message to='juliet@localhost' type='chat' id='m1'><body>hello</body>${asks}</message>`);
    await juliet.readsMessage();
    expect(find(await romeo.readsMessage('received'), 'received').attrs['id']).toBe('m1');
    juliet.say(
      "<message to='romeo@localhost' type='chat'><displayed xmlns='urn:xmpp:chat-markers:0' id='m1'/></message>",
    );
    expect(find(await romeo.readsMessage('displayed'), 'displayed').attrs['id']).toBe('m1');
  });

  it('[XM44] are read when a marker says so, for the other protocols too', async () => {
    const { scene, romeo, juliet } = await lovers();
    const web = await scene.arrive('romeo');
    const { conversation } = await web.createDirect('juliet');
    await web.text(conversation, 'hello');
    const message = await juliet.readsMessage();
    juliet.say(
      `<message to='romeo@localhost'><displayed xmlns='urn:xmpp:chat-markers:0' id='${message.attrs['id']}'/></message>`,
    );
    await until(() => web.all('marker').some(({ read }) => read === 2));
    await romeo.sync();
  });

  it('[XM45] are corrected, recalled and reacted to', async () => {
    const { romeo, juliet } = await lovers();
    romeo.say(chat('m1', 'helo'));
    await juliet.readsMessage();
    romeo.say(
      "<message to='juliet@localhost' type='chat' id='m2'><body>hello</body><replace xmlns='urn:xmpp:message-correct:0' id='m1'/></message>",
    );
    const corrected = await juliet.readsMessage('replace');
    expect(textIn(find(corrected, 'body'))).toBe('hello');
    expect(find(corrected, 'replace').attrs['id']).toBe('m1');
    const react = (keys: string[]): string =>
      `<message to='romeo@localhost' type='chat'><reactions xmlns='urn:xmpp:reactions:0' id='m1'>${keys
        .map((key) => `<reaction>${key}</reaction>`)
        .join('')}</reactions></message>`;
    juliet.say(react(['👍', '🎉']));
    await romeo.readsMessage('reactions');
    const both = await romeo.readsMessage('reactions');
    expect(find(both, 'reactions').attrs['id']).toBe('m1');
    expect(allOf(both, 'reaction').map(textIn)).toEqual(['👍', '🎉']);
    juliet.say(react(['🎉']));
    expect(allOf(await romeo.readsMessage('reactions'), 'reaction').map(textIn)).toEqual(['🎉']);
    romeo.say(
      "<message to='juliet@localhost' type='chat' id='m3'><retract xmlns='urn:xmpp:message-retract:1' id='m1'/></message>",
    );
    expect(find(await juliet.readsMessage('retract'), 'retract').attrs['id']).toBe('m1');
  });

  it('[XM45] of somebody else are not corrected', async () => {
    const { romeo, juliet } = await lovers();
    romeo.say(chat('m1', 'hello'));
    await juliet.readsMessage();
    juliet.say(
      "<message to='romeo@localhost' type='chat' id='e1'><body>bye</body><replace xmlns='urn:xmpp:message-correct:0' id='m1'/></message>",
    );
    const error = await juliet.reads('message', ({ attrs }) => attrs['type'] === 'error');
    expect(error.attrs['id']).toBe('e1');
  });

  it('[XM46] are announced while they are written', async () => {
    const { romeo, juliet } = await lovers();
    romeo.say(chat('m1', 'hello'));
    await juliet.readsMessage();
    romeo.say(
      "<message to='juliet@localhost' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>",
    );
    expect((await juliet.readsMessage('composing')).attrs['from']).toBe('romeo@localhost');
    juliet.say("<inactive xmlns='urn:xmpp:csi:0'/>");
    romeo.say(
      "<message to='juliet@localhost' type='chat'><paused xmlns='http://jabber.org/protocol/chatstates'/></message>",
    );
    await romeo.sync();
    await juliet.sync();
    expect(juliet.heard().filter((stanza) => has(stanza, 'paused'))).toEqual([]);
  });
});

describe('the archive', () => {
  it('[XM30] of somebody is paged by seq', async () => {
    const { romeo, juliet } = await lovers();
    for (let index = 1; index <= 5; index++) romeo.say(chat(`m${index}`, `${index}`));
    for (let index = 1; index <= 5; index++) await juliet.readsMessage();
    const page = (set: string): Promise<unknown> =>
      juliet.asks(
        'set',
        `<query xmlns='urn:xmpp:mam:2' queryid='q'><set xmlns='http://jabber.org/protocol/rsm'>${set}</set></query>`,
        'romeo@localhost',
      );
    const fin = (await page('<max>2</max>')) as Parameters<typeof find>[0];
    expect([textIn(find(fin, 'first')), textIn(find(fin, 'last'))]).toEqual(['2', '3']);
    expect(find(fin, 'fin').attrs['complete']).toBeUndefined();
    const rest = (await page('<max>10</max><after>3</after>')) as Parameters<typeof find>[0];
    expect([textIn(find(rest, 'first')), textIn(find(rest, 'last'))]).toEqual(['4', '6']);
    expect(find(rest, 'fin').attrs['complete']).toBe('true');
    const last = (await page('<max>2</max><before/>')) as Parameters<typeof find>[0];
    expect([textIn(find(last, 'first')), textIn(find(last, 'last'))]).toEqual(['5', '6']);
    const results = juliet.heard().filter((stanza) => has(stanza, 'result'));
    expect(results.map((stanza) => find(stanza, 'result').attrs['id'])).toEqual([
      '2',
      '3',
      '4',
      '5',
      '6',
      '5',
      '6',
    ]);
    expect(find(results[0]!, 'result').attrs['queryid']).toBe('q');
    expect(textIn(find(results[0]!, 'body'))).toBe('1');
  });

  it('[XM30] of oneself is all direct conversations by time', async () => {
    const { scene, port, romeo, juliet } = await lovers();
    const nurse = await XmppPerson.arrive(port, 'nurse');
    for (const [person, text] of [
      [romeo, 'one'],
      [nurse, 'two'],
      [romeo, 'three'],
    ] as const) {
      scene.clock.advance(1_000);
      person.say(chat(text, text));
      await juliet.readsMessage();
    }
    const fin = await juliet.asks(
      'set',
      "<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>2</max></set></query>",
    );
    const bodies = (): string[] =>
      juliet
        .heard()
        .filter((stanza) => has(stanza, 'result'))
        .map((stanza) => textIn(find(stanza, 'body')));
    expect(bodies()).toEqual(['one', 'two']);
    const after = textIn(find(fin, 'last'));
    expect(after).toBe('2-2');
    await juliet.asks(
      'set',
      `<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><after>${after}</after></set></query>`,
    );
    expect(bodies()).toEqual(['one', 'two', 'three']);
    const wrong = await juliet.asks(
      'set',
      "<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><after>9-9</after></set></query>",
    );
    expect(has(wrong, 'item-not-found')).toBe(true);
  });
});

async function lovers() {
  const { scene, port } = await openVerona();
  const romeo = await XmppPerson.arrive(port, 'romeo');
  const juliet = await XmppPerson.arrive(port, 'juliet', { resource: 'balcony' });
  await romeo.sync();
  await juliet.sync();
  return { scene, port, romeo, juliet };
}

function chat(id: string, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<message to='juliet@localhost' type='chat' id='${id}'><body>${escaped}</body></message>`;
}
