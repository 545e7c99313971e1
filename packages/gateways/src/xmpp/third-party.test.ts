import { client, type XmlElement, xml } from '@xmpp/client';
import { expect, it, onTestFinished } from 'vitest';
import { type TestPort, until } from '../testing/test-port.ts';
import { PASSWORD } from './test/xmpp-person.ts';
import { openVerona } from './test/xmpp-scene.ts';

/** xmpp.js, as it comes out of its package. */
it.each(['xmpp://127.0.0.1', 'ws://127.0.0.1'])('[XM5, XM12, XM21] xmpp.js talks over %s', async (where) => {
  const { port } = await openVerona();
  const romeo = await start(port, where, 'romeo');
  const juliet = await start(port, where, 'juliet');
  expect(romeo.jid?.toString()).toBe('romeo@localhost/theirs');
  const body = '这是 <谁> & 😀';
  await romeo.send(xml('message', { to: 'juliet@localhost', type: 'chat', id: 'm1' }, xml('body', {}, body)));
  await until(() => juliet.heard.some((stanza) => stanza.getChildText('body') === body));
  await until(() => romeo.streamManagement.enabled);
});

async function start(port: TestPort, where: string, username: string) {
  const path = where.startsWith('ws') ? '/xmpp-websocket' : '';
  const service = `${where}:${port.port}${path}`;
  const one = client({ service, domain: 'localhost', resource: 'theirs', username, password: PASSWORD });
  const heard: XmlElement[] = [];
  const errors: Error[] = [];
  one.on('stanza', (stanza) => heard.push(stanza));
  one.on('error', (error) => errors.push(error));
  onTestFinished(async () => {
    await one.stop();
    expect(errors).toEqual([]);
  });
  await one.start();
  await one.send(xml('presence'));
  return Object.assign(one, { heard });
}
