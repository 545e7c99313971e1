import { expectThat, type Scenario } from '../scenario.ts';
import { type Element, NS } from './element.ts';
import { signIn } from './sign-in.ts';
import { type Account, type HeaderInit, XmppPeer, type XmppTarget } from './xmpp-peer.ts';

/** Who plays, by the accounts of the target. */
export type Role = 0 | 1 | 2;
export const ROMEO: Role = 0;
export const JULIET: Role = 1;
export const NURSE: Role = 2;

let guessCount = 0;

/** Everybody who is in one scenario; all of them have left at its end. */
export class Stage implements AsyncDisposable {
  readonly target: XmppTarget;
  readonly #peers: XmppPeer[] = [];

  constructor(target: XmppTarget) {
    this.target = target;
  }

  account(role: Role): Account {
    return this.target.accounts[role];
  }

  /** Somebody whose password is guessed at, another one every time: nobody can be guessed at for long. */
  guessed(): Account {
    const [, , third, ...guessed] = this.target.accounts;
    return guessed[guessCount++ % guessed.length] ?? third;
  }

  bare(role: Role): string {
    return `${this.account(role).user}@${this.target.domain}`;
  }

  async connect(): Promise<XmppPeer> {
    const peer = await XmppPeer.connect(this.target);
    this.#peers.push(peer);
    return peer;
  }

  /** A stream that is open, by somebody unknown. */
  async opened(): Promise<XmppPeer> {
    const peer = await this.connect();
    await peer.open();
    return peer;
  }

  /** Somebody whose stream has no resource yet. */
  async signedIn(role: Role): Promise<XmppPeer> {
    return (await this.signedInWithFeatures(role))[0];
  }

  async signedInWithFeatures(role: Role, about: HeaderInit = {}): Promise<[XmppPeer, Element]> {
    const peer = await this.connect();
    peer.about = about;
    const features = await signIn(peer, this.account(role), await peer.open());
    return [peer, features];
  }

  async bound(role: Role, resource = 'orchard', about: HeaderInit = {}): Promise<XmppPeer> {
    const [peer] = await this.signedInWithFeatures(role, about);
    const wish = `<bind xmlns='${NS.bind}'><resource>${resource}</resource></bind>`;
    const answer = await peer.getsResult('set', wish);
    peer.jid = answer.find('jid')?.text ?? '';
    expectThat(peer.jid !== '', `bound to nothing: ${answer.xml}`);
    return peer;
  }

  /** Bound and there; what waited for them is passed over. */
  async arrived(role: Role, resource = 'orchard', presence = '<presence/>'): Promise<XmppPeer> {
    const peer = await this.bound(role, resource);
    peer.say(presence);
    await peer.sync();
    peer.unread = [];
    return peer;
  }

  /** Romeo and Juliet. */
  async couple(): Promise<[XmppPeer, XmppPeer]> {
    return [await this.arrived(ROMEO), await this.arrived(JULIET, 'balcony')];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#peers.map((peer) => peer.leave()));
  }
}

type Play = (stage: Stage) => Promise<void>;
type State = (clause: string, title: string, play: Play) => Scenario<XmppTarget>;

/** How the statements of one document are written down. */
export function statementsOf(document: string): { readonly must: State; readonly should: State } {
  const state =
    (level: 'must' | 'should'): State =>
    (clause, title, play) => ({
      clause: `${document} ${clause}`,
      title,
      level,
      run: async (target) => {
        await using stage = new Stage(target);
        await play(stage);
      },
    });
  return { must: state('must'), should: state('should') };
}
