import { selfSignedCertificate } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { find, has, XmppPerson } from '../test/xmpp-person.ts';
import { openVerona } from '../test/xmpp-scene.ts';

const REGISTER = "xmlns='jabber:iq:register'";
const NEW_PASSWORD = 'parting is such sweet sorrow';

describe('accounts made in a stream', () => {
  it('[XM90] are made by anybody where they may be, who then signs in', async () => {
    const { port } = await openVerona();
    const rosaline = await XmppPerson.connect(port);
    expect(has(await rosaline.open(), 'register')).toBe(true);
    const form = await rosaline.asks('get', `<query ${REGISTER}/>`);
    expect([has(form, 'username'), has(form, 'password')]).toEqual([true, true]);
    expect((await wish(rosaline, 'rosaline', NEW_PASSWORD)).attrs['type']).toBe('result');
    const proof = Buffer.from(`\0rosaline\0${NEW_PASSWORD}`).toString('base64');
    rosaline.say(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${proof}</auth>`);
    await rosaline.reads('success');
    expect(has(await rosaline.open(), 'register')).toBe(false);
    await rosaline.bind('balcony');
    expect(rosaline.jid).toBe('rosaline@localhost/balcony');
  });

  it.each([
    ['a name that is taken', 'romeo', NEW_PASSWORD, 'conflict'],
    ['a name that is none', '1 2 3', NEW_PASSWORD, 'not-acceptable'],
    ['a weak password', 'rosaline', 'short', 'not-acceptable'],
    ['no password', 'rosaline', '', 'not-acceptable'],
  ])('[XM90] are refused for %s, and may be asked for again', async (_what, user, password, condition) => {
    const { port } = await openVerona();
    const rosaline = await XmppPerson.connect(port);
    await rosaline.open();
    const answer = await wish(rosaline, user, password);
    expect(has(find(answer, 'error'), condition)).toBe(true);
    expect((await wish(rosaline, 'benvolio', NEW_PASSWORD)).attrs['type']).toBe('result');
  });

  it('[XM90] are not taken away, nor made by what is no request', async () => {
    const { port } = await openVerona();
    const rosaline = await XmppPerson.connect(port);
    await rosaline.open();
    const remove = await rosaline.asks('set', `<query ${REGISTER}><remove/></query>`);
    expect(has(find(remove, 'error'), 'not-allowed')).toBe(true);
    rosaline.say(`<iq type='result' id='x'><query ${REGISTER}/></iq>`);
    expect(has(await rosaline.reads('iq'), 'error')).toBe(true);
  });

  it.each(['closed', 'invitation'] as const)(
    '[XM90] are not offered and not made where registration is %s',
    async (registration) => {
      const { port, scene } = await openVerona({ registration });
      const rosaline = await XmppPerson.connect(port);
      expect(has(await rosaline.open(), 'register')).toBe(false);
      rosaline.say(query('rosaline', NEW_PASSWORD));
      expect(has(await rosaline.reads('error'), 'not-authorized')).toBe(true);
      expect(scene.core.users.byId('rosaline' as never)).toBeUndefined();
    },
  );

  it('[XM90] want TLS where there is any', async () => {
    const { port } = await openVerona({}, { certificate: selfSignedCertificate() });
    const rosaline = await XmppPerson.connect(port);
    expect(has(await rosaline.open(), 'register')).toBe(false);
  });
});

function query(user: string, password: string): string {
  return `<iq type='set' id='r'><query ${REGISTER}><username>${user}</username><password>${password}</password></query></iq>`;
}

async function wish(person: XmppPerson, user: string, password: string) {
  person.say(query(user, password));
  return person.reads('iq');
}
