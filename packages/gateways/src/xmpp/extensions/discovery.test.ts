import { describe, expect, it } from 'vitest';
import { allOf, has, XmppPerson } from '../test/xmpp-person.ts';
import { openVerona } from '../test/xmpp-scene.ts';

const INFO = 'http://jabber.org/protocol/disco#info';

describe('discovery', () => {
  it('[XM17] says what the server and an account speak', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    const featuresOf = async (to: string) =>
      allOf(await romeo.asks('get', `<query xmlns='${INFO}'/>`, to), 'feature').map(
        ({ attrs }) => attrs['var'],
      );
    expect(await featuresOf('localhost')).toEqual(
      expect.arrayContaining([INFO, 'urn:xmpp:carbons:2', 'urn:xmpp:ping']),
    );
    expect(await featuresOf('romeo@localhost')).toEqual(
      expect.arrayContaining([INFO, 'urn:xmpp:mam:2', 'urn:xmpp:sid:0']),
    );
  });

  it('[XM17] knows no nodes', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    for (const to of ['localhost', 'romeo@localhost']) {
      const answer = await romeo.asks('get', `<query xmlns='${INFO}' node='urn:x'/>`, to);
      expect(has(answer, 'item-not-found')).toBe(true);
    }
  });
});
