import { selfSignedCertificate } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { until } from '../../testing/test-port.ts';
import { allOf, find, has, PASSWORD, textIn, XmppPerson } from '../test/xmpp-person.ts';
import { openVerona } from '../test/xmpp-scene.ts';

const OPEN = "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'";
const SASL = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";

describe('streams', () => {
  it('[XM5] are answered with a header of their own and with features', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.connect(port);
    const features = await romeo.open();
    expect(romeo.headers[0]?.attrs).toMatchObject({ from: 'localhost', version: '1.0' });
    expect(romeo.headers[0]?.attrs['id']).not.toBe('');
    expect(allOf(features, 'mechanism').map(textIn)).toEqual(['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN']);
  });

  it.each([
    ['another host', `<stream:stream to='elsewhere' ${OPEN} version='1.0'>`, 'host-unknown'],
    ['no version', `<stream:stream to='localhost' ${OPEN}>`, 'unsupported-version'],
    [
      'another namespace of streams',
      "<stream:stream xmlns='jabber:client' xmlns:stream='urn:x' version='1.0'>",
      'invalid-namespace',
    ],
    [
      'another content namespace',
      "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
      'invalid-namespace',
    ],
    ['something that is no XML', '<stream:stream <', 'not-well-formed'],
    ['an XML bomb', "<!DOCTYPE lolz [<!ENTITY lol 'lol'>]>", 'restricted-xml'],
    [
      'a stanza before who it is',
      `<stream:stream to='localhost' ${OPEN} version='1.0'><message/>`,
      'not-authorized',
    ],
    [
      'an element that is no stanza',
      `<stream:stream to='localhost' ${OPEN} version='1.0'><x xmlns='urn:x'/>`,
      'unsupported-stanza-type',
    ],
    [
      'more bytes than a stranger has',
      `<stream:stream to='localhost' ${OPEN} version='1.0'><a b='${'x'.repeat(10_001)}`,
      'policy-violation',
    ],
  ])('[XM4, XM5] end with an error for %s', async (_what, text, condition) => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.connect(port);
    romeo.say(text);
    const error = await romeo.reads('error');
    expect(has(error, condition)).toBe(true);
    await until(() => romeo.link.isClosed || romeo.link.isEnded);
    expect(romeo.isClosed).toBe(true);
  });

  it('[XM5] are closed when the peer closes its own', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    romeo.say('</stream:stream>');
    await until(() => romeo.link.isEnded);
    romeo.heard();
    expect(romeo.isClosed).toBe(true);
  });

  it('[XM5] are closed behind what was said before', async () => {
    const { port, scene } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    await romeo.sync();
    const last = "<message to='juliet@localhost' type='chat' id='m1'><body>thus with a kiss</body></message>";
    romeo.link.socket.end(`${last}${last.replaceAll('m1', 'm2')}</stream:stream>`);
    await until(() => scene.core.world.conversation(1 as never)?.head === 3);
  });

  it('[XM6] go on inside TLS, where passwords may be shown', async () => {
    const { port } = await openVerona({}, { certificate: selfSignedCertificate() });
    const romeo = await XmppPerson.connect(port);
    expect(allOf(await romeo.open(), 'mechanism').map(textIn)).not.toContain('PLAIN');
    romeo.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    await romeo.reads('proceed');
    await romeo.secure();
    const features = await romeo.open();
    expect(has(features, 'starttls')).toBe(false);
    expect(allOf(features, 'mechanism').map(textIn)).toEqual([
      'SCRAM-SHA-256-PLUS',
      'SCRAM-SHA-256',
      'SCRAM-SHA-1-PLUS',
      'SCRAM-SHA-1',
      'PLAIN',
    ]);
    expect(allOf(features, 'channel-binding').map(({ attrs }) => attrs['type'])).toEqual([
      'tls-exporter',
      'tls-server-end-point',
    ]);
    romeo.say(`<auth ${SASL} mechanism='PLAIN'>${plain('romeo', PASSWORD)}</auth>`);
    await romeo.reads('success');
    await romeo.open();
    await romeo.bind('orchard');
    expect(romeo.jid).toBe('romeo@localhost/orchard');
  });
});

describe('signing in', () => {
  it('[XM12] takes SCRAM, and PLAIN from this machine where there is no certificate', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.connect(port);
    await romeo.open();
    romeo.say(`<auth ${SASL} mechanism='PLAIN'>${plain('romeo', PASSWORD)}</auth>`);
    await romeo.reads('success');
    const juliet = await XmppPerson.arrive(port, 'juliet');
    expect(juliet.jid).toBe('juliet@localhost/orchard');
  });

  it.each([
    [
      'a wrong password',
      `<auth ${SASL} mechanism='PLAIN'>${plain('romeo', 'wrong')}</auth>`,
      'not-authorized',
    ],
    [
      'a name nobody has',
      `<auth ${SASL} mechanism='PLAIN'>${plain('nobody', PASSWORD)}</auth>`,
      'not-authorized',
    ],
    ['something that is no base64', `<auth ${SASL} mechanism='PLAIN'>***</auth>`, 'incorrect-encoding'],
    [
      'something that is no message',
      `<auth ${SASL} mechanism='PLAIN'>${base64('x')}</auth>`,
      'malformed-request',
    ],
    ['a mechanism that was not offered', `<auth ${SASL} mechanism='DIGEST-MD5'/>`, 'invalid-mechanism'],
    ['an end of its own', `<abort ${SASL}/>`, 'aborted'],
    ['a response to nothing', `<response ${SASL}/>`, 'malformed-request'],
    [
      'somebody else to act as',
      `<auth ${SASL} mechanism='PLAIN'>${base64(`juliet\0romeo\0${PASSWORD}`)}</auth>`,
      'invalid-authzid',
    ],
  ])('[XM13] fails for %s, and may be tried again', async (_what, text, condition) => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.connect(port);
    await romeo.open();
    romeo.say(text);
    expect(has(await romeo.reads('failure'), condition)).toBe(true);
    await romeo.scram('romeo', PASSWORD);
    await romeo.reads('success');
  });

  it('[XM13] ends the stream after five tries', async () => {
    const { port } = await openVerona({ limits: { failedSignInsPerMinuteMax: 50 } });
    const romeo = await XmppPerson.connect(port);
    await romeo.open();
    for (let tries = 0; tries < 5; tries++) {
      romeo.say(`<auth ${SASL} mechanism='PLAIN'>${plain('romeo', 'wrong')}</auth>`);
      await romeo.reads('failure');
    }
    expect(has(await romeo.reads('error'), 'policy-violation')).toBe(true);
  });

  it('[XM14] binds the resource that was asked for, or one of its own', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo', { resource: 'orchard' });
    expect(romeo.jid).toBe('romeo@localhost/orchard');
    const other = await XmppPerson.connect(port);
    await other.signIn('romeo');
    const answer = await other.asks('set', "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    expect(textIn(find(answer, 'jid'))).toMatch(/^romeo@localhost\/skein-/);
  });

  it('[XM14] ends the older connection of a resource', async () => {
    const { port } = await openVerona();
    const first = await XmppPerson.arrive(port, 'romeo');
    const second = await XmppPerson.arrive(port, 'romeo');
    expect(has(await first.reads('error'), 'conflict')).toBe(true);
    await second.sync();
  });
});

describe('stanzas', () => {
  it.each([
    ['no id', "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>", 'bad-request'],
    ['an unknown type', "<iq type='ask' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", 'bad-request'],
    ['no child', "<iq type='get' id='1'/>", 'bad-request'],
    [
      'two children',
      "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/><a xmlns='urn:a'/></iq>",
      'bad-request',
    ],
    ['what nobody knows', "<iq type='get' id='1'><x xmlns='urn:x'/></iq>", 'service-unavailable'],
    [
      'an address that is none',
      "<iq type='get' id='1' to='@'><ping xmlns='urn:xmpp:ping'/></iq>",
      'jid-malformed',
    ],
    [
      'another server',
      "<iq type='get' id='1' to='elsewhere.example'><ping xmlns='urn:xmpp:ping'/></iq>",
      'remote-server-not-found',
    ],
    [
      'somebody who is not there',
      "<iq type='get' id='1' to='juliet@localhost/balcony'><ping xmlns='urn:xmpp:ping'/></iq>",
      'service-unavailable',
    ],
  ])('[XM16] answer a request with %s with an error', async (_what, text, condition) => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    romeo.say(text);
    const error = await romeo.reads('iq', ({ attrs }) => attrs['type'] === 'error');
    expect(has(error, condition)).toBe(true);
  });

  it('[XM17] say what is spoken, and by whom', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    const info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    const server = await romeo.asks('get', info, 'localhost');
    expect(find(server, 'identity').attrs).toMatchObject({ category: 'server', type: 'im' });
    const spoken = allOf(server, 'feature').map(({ attrs }) => attrs['var']);
    expect(spoken).toEqual(
      expect.arrayContaining(['urn:xmpp:ping', 'urn:xmpp:carbons:2', 'urn:xmpp:mam:2', 'urn:xmpp:blocking']),
    );
    expect(new Set(spoken).size).toBe(spoken.length);
    const account = await romeo.asks('get', info);
    expect(allOf(account, 'feature').map(({ attrs }) => attrs['var'])).toContain('urn:xmpp:mam:2');
    const card = await romeo.asks('get', "<vCard xmlns='vcard-temp'/>", 'juliet@localhost');
    expect(textIn(find(card, 'FN'))).toBe('juliet');
    expect(
      textIn(find(await romeo.asks('get', "<time xmlns='urn:xmpp:time'/>", 'localhost'), 'utc')),
    ).toMatch(/Z$/);
    expect(has(await romeo.asks('get', "<query xmlns='jabber:iq:version'/>", 'localhost'), 'name')).toBe(
      true,
    );
  });

  it('[XM15] of somebody else end the stream', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    romeo.say("<message from='juliet@localhost' to='nurse@localhost'><body>x</body></message>");
    expect(has(await romeo.reads('error'), 'invalid-from')).toBe(true);
  });

  it('[XM16] pass requests on between connections, and their answers back', async () => {
    const { port } = await openVerona();
    const romeo = await XmppPerson.arrive(port, 'romeo');
    const juliet = await XmppPerson.arrive(port, 'juliet');
    romeo.say(`<iq type='get' id='v1' to='${juliet.jid}'><query xmlns='jabber:iq:version'/></iq>`);
    const request = await juliet.reads('iq', ({ attrs }) => attrs['type'] === 'get');
    expect(request.attrs['from']).toBe(romeo.jid);
    juliet.say(`<iq type='result' id='v1' to='${romeo.jid}'><query xmlns='jabber:iq:version'/></iq>`);
    const result = await romeo.reads('iq', ({ attrs }) => attrs['id'] === 'v1');
    expect(result.attrs).toMatchObject({ type: 'result', from: juliet.jid });
  });
});

function plain(user: string, password: string): string {
  return base64(`\0${user}\0${password}`);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
