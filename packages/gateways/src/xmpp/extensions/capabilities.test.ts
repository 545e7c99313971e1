import { describe, expect, it } from 'vitest';
import { allOf, find, XmppPerson } from '../test/xmpp-person.ts';
import { openVerona } from '../test/xmpp-scene.ts';
import { capsVersionOf } from './capabilities.ts';

describe('capabilities', () => {
  it('[XM18] have the hash of the example in XEP-0115 §5.2, however they are ordered', () => {
    const features = [
      'http://jabber.org/protocol/muc',
      'http://jabber.org/protocol/disco#info',
      'http://jabber.org/protocol/caps',
      'http://jabber.org/protocol/disco#items',
    ];
    const client = { category: 'client', type: 'pc', name: 'Exodus 0.9.1' };
    expect(capsVersionOf([client], features)).toBe('QgayPKawpkPSDYmwT/WM94uAlu0=');
    expect(capsVersionOf([client], features.toReversed())).toBe('QgayPKawpkPSDYmwT/WM94uAlu0=');
  });

  it('[XM18] stand in the features of a stream, and discovery knows their node', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.connect(port);
    await romeo.signIn('romeo');
    const features = romeo.stanzas.findLast(({ name }) => name === 'features');
    const { node, ver } = find(features as NonNullable<typeof features>, 'c').attrs;
    await romeo.bind('orchard');
    const info = "xmlns='http://jabber.org/protocol/disco#info'";
    const atNode = await romeo.asks('get', `<query ${info} node='${node}#${ver}'/>`, 'localhost');
    const plain = await romeo.asks('get', `<query ${info}/>`, 'localhost');
    expect(find(atNode, 'query').attrs['node']).toBe(`${node}#${ver}`);
    const said = allOf(atNode, 'feature').map(({ attrs }) => attrs['var'] ?? '');
    expect(said).toEqual(allOf(plain, 'feature').map(({ attrs }) => attrs['var']));
    expect(capsVersionOf([{ category: 'server', type: 'im', name: 'Skein' }], said)).toBe(ver);
  });
});
