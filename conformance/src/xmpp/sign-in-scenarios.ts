import { expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { NS } from './element.ts';
import {
  base64,
  expectFailure,
  expectSuccess,
  mechanismsIn,
  plainOf,
  readsSasl,
  type ScramInit,
  sayAuth,
  sayResponse,
  sayScram,
  scram,
} from './sign-in.ts';
import { JULIET, ROMEO, statementsOf } from './stage.ts';
import { expectStanzaError, type XmppTarget } from './xmpp-peer.ts';

type Listed = Scenario<XmppTarget>;

const { must, should } = statementsOf('RFC 6120');
const scramRfc = statementsOf('RFC 5802');

/** RFC 5802 §5.1: what a client does wrong, and a server must not take for a proof. */
const WRONG_PROOFS: readonly (readonly [string, ScramInit])[] = [
  ['a proof that is wrong', { proof: (proof) => Buffer.from(proof.map((byte) => byte ^ 1)) }],
  ['a proof that is too short', { proof: (proof) => proof.subarray(1) }],
  ['a nonce that is not the server’s', { nonce: (nonce) => `${nonce}x` }],
  ['a nonce without the server’s part', { nonce: (nonce) => nonce.slice(0, 24) }],
  ['a header that was not the first one', { binding: 'y,,' }],
];

/** RFC 6120 §6 and §7: who somebody is, and the resource they speak from. */
export const SIGN_IN_SCENARIOS: readonly Listed[] = [
  must('§13.8', 'offers SCRAM-SHA-1', async (stage) => {
    const offered = mechanismsIn(await (await stage.connect()).open());
    expectThat(offered.includes('SCRAM-SHA-1'), `offers ${offered.join(', ')}`);
  }),
  ...['SCRAM-SHA-1', 'SCRAM-SHA-256'].flatMap((mechanism) => [
    scramRfc.must('§5', `proves with ${mechanism} that it knows the password`, async (stage) => {
      await scram(await stage.opened(), mechanism, stage.account(JULIET));
    }),
    scramRfc.must('§5', `refuses a wrong password with ${mechanism}`, async (stage) => {
      const peer = await stage.opened();
      await sayScram(peer, mechanism, { ...stage.guessed(), password: 'not it at all' });
      await expectFailure(peer, 'not-authorized');
    }),
  ]),
  ...WRONG_PROOFS.map(([what, init]) =>
    scramRfc.must('§5.1', `refuses ${what}`, async (stage) => {
      const peer = await stage.opened();
      await sayScram(peer, 'SCRAM-SHA-1', stage.guessed(), init);
      await expectFailure(peer, 'not-authorized', 'malformed-request');
    }),
  ),
  scramRfc.must('§5.1', 'refuses an extension that is mandatory', async (stage) => {
    const peer = await stage.opened();
    sayAuth(peer, 'SCRAM-SHA-1', base64(`n,,m=unheard,n=${stage.guessed().user},r=abcdefgh`));
    await expectFailure(peer, 'not-authorized', 'malformed-request');
  }),
  must('§6.4.6', 'takes PLAIN where it offers it', async (stage) => {
    const peer = await stage.connect();
    const offered = mechanismsIn(await peer.open());
    if (!offered.includes('PLAIN')) return;
    sayAuth(peer, 'PLAIN', plainOf(stage.account(ROMEO)));
    await expectSuccess(peer);
  }),
  must('§6.4.6', 'takes PLAIN with the account as the identity to act as', async (stage) => {
    const peer = await stage.opened();
    sayAuth(peer, 'PLAIN', plainOf(stage.account(ROMEO), stage.bare(ROMEO)));
    await expectSuccess(peer);
  }),
  should('§6.4.3', 'asks for what an initial response leaves out', async (stage) => {
    const peer = await stage.opened();
    sayAuth(peer, 'PLAIN', '');
    const challenge = await readsSasl(peer);
    expectThat(challenge.name === 'challenge', `${challenge.xml} instead of a challenge`);
    sayResponse(peer, plainOf(stage.account(ROMEO)));
    await expectSuccess(peer);
  }),
  must('§6.5.10', 'refuses a wrong password', async (stage) => {
    const peer = await stage.opened();
    sayAuth(peer, 'PLAIN', plainOf({ ...stage.guessed(), password: 'not it at all' }));
    await expectFailure(peer, 'not-authorized');
  }),
  should('§6.5.10', 'says the same of an account that does not exist', async (stage) => {
    const peer = await stage.opened();
    sayAuth(peer, 'PLAIN', plainOf({ user: 'paris', password: 'not it at all' }));
    await expectFailure(peer, 'not-authorized');
  }),
  must('§6.4.5', 'lets somebody try again on the same stream', async (stage) => {
    const somebody = stage.guessed();
    const peer = await stage.opened();
    sayAuth(peer, 'PLAIN', plainOf({ ...somebody, password: 'not it at all' }));
    await expectFailure(peer, 'not-authorized');
    sayAuth(peer, 'PLAIN', plainOf(somebody));
    await expectSuccess(peer);
  }),
  must('§6.5.7', 'refuses an identity that is somebody else', async (stage) => {
    const peer = await stage.opened();
    sayAuth(peer, 'PLAIN', plainOf(stage.account(ROMEO), stage.bare(JULIET)));
    await expectFailure(peer, 'invalid-authzid', 'not-authorized');
  }),
  must('§6.5.8', 'refuses a mechanism that it does not offer', async (stage) => {
    const peer = await stage.opened();
    sayAuth(peer, 'X-WHISPER', '=');
    await expectFailure(peer, 'invalid-mechanism');
  }),
  must('§6.5.5', 'refuses what is no Base64', async (stage) => {
    const peer = await stage.opened();
    sayAuth(peer, 'PLAIN', '!!!');
    await expectFailure(peer, 'incorrect-encoding');
  }),
  must('§6.5.9', 'refuses a message of PLAIN that is none', async (stage) => {
    const peer = await stage.opened();
    sayAuth(peer, 'PLAIN', base64('just words'));
    await expectFailure(peer, 'malformed-request', 'not-authorized');
  }),
  must('§6.5.1', 'confirms that an exchange is given up', async (stage) => {
    const peer = await stage.opened();
    sayAuth(peer, 'SCRAM-SHA-1', base64(`n,,n=${stage.guessed().user},r=abcdefgh`));
    await readsSasl(peer);
    peer.say(`<abort xmlns='${NS.sasl}'/>`);
    await expectFailure(peer, 'aborted');
  }),

  must('§7.1', 'offers binding to whoever has signed in', async (stage) => {
    const [, features] = await stage.signedInWithFeatures(ROMEO);
    expectThat(features.child('bind', NS.bind) !== undefined, `no binding in ${features.xml}`);
  }),
  must('§7.6.1', 'makes up a resource for whoever asks for none', async (stage) => {
    const peer = await stage.signedIn(ROMEO);
    const answer = await peer.getsResult('set', `<bind xmlns='${NS.bind}'/>`);
    const [bare, resource = ''] = (answer.find('jid', NS.bind)?.text ?? '').split('/');
    expectEqual(bare, stage.bare(ROMEO), 'the account');
    expectThat(resource !== '', `no resource in ${answer.xml}`);
  }),
  must('§7.7.1', 'binds the resource that is asked for, or one of its own', async (stage) => {
    const peer = await stage.bound(ROMEO, 'orchard');
    expectThat(peer.jid.startsWith(`${stage.bare(ROMEO)}/`), `bound to ${peer.jid}`);
  }),
  must('§7.7.2.1', 'binds no resource that is too long', async (stage) => {
    const peer = await stage.signedIn(ROMEO);
    const wish = `<bind xmlns='${NS.bind}'><resource>${'x'.repeat(1_024)}</resource></bind>`;
    const answer = await peer.asks('set', wish);
    // §7.7.1: it may bind another one.
    if (answer.attrs['type'] === 'error') expectStanzaError(answer, ['bad-request']);
    else expectThat((answer.find('jid')?.text ?? '').length < 1_000, 'bound it');
  }),
  must('§7.7.2.2', 'never has two connections with one address', async (stage) => {
    const first = await stage.arrived(ROMEO, 'orchard');
    const second = await stage.bound(ROMEO, 'orchard').catch(() => null);
    if (second === null || second.jid !== first.jid) return;
    await first.expectStreamError('conflict');
    await second.sync();
  }),
  ...[
    ['message', "<message to='DOMAIN'/>"],
    ['presence', '<presence/>'],
    ['another request', `<iq type='get' id='early'><query xmlns='${NS.roster}'/></iq>`],
  ].map(([what = '', xml = '']) =>
    must('§7.1', `refuses ${what} before a resource is bound`, async (stage) => {
      const peer = await stage.signedIn(ROMEO);
      peer.say(xml.replace('DOMAIN', stage.target.domain));
      await peer.expectStreamError('not-authorized');
    }),
  ),
  must('§7.7.2.2', 'tells connections of one account apart', async (stage) => {
    const orchard = await stage.arrived(ROMEO, 'orchard');
    const garden = await stage.arrived(ROMEO, 'garden');
    await orchard.sync();
    expectThat(orchard.jid !== garden.jid, `both are ${garden.jid}`);
    expectThat(await orchard.socket.isQuiet(), 'the first one was told something');
  }),
];
