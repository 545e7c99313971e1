import type { Peer, PublishResult, SessionDevice } from '@skein/core';
import { type Clock, deviceNumber, isRefusalCode, type Refusal, userNumber } from '@skein/model';
import type { Welcome } from '@skein/protocol';
import { CoreClient, type Ended } from '../../session/client/core-client.ts';
import type { CoreDoor } from '../../session/core-door.ts';
import type { Publish, Will } from '../codec/packets.ts';
import { REASON, type ReasonCode } from '../codec/reason-codes.ts';
import { type Claim, isIdentityToken, type SignInResult } from '../connect-steps.ts';
import { REASON_OF_CLOSE, REASON_OF_REFUSAL } from '../refusal-codes.ts';
import { ChatInbox, type InboxParts } from './chat-inbox.ts';
import { ChatPublisher, refusalOf } from './chat-publisher.ts';
import { isChatFilter, parseChatTopic } from './chat-topics.ts';
import { CorePeer } from './core-peer.ts';
import type { PassingDevices } from './passing-devices.ts';
import { SendKeys } from './send-keys.ts';

export interface ChatLineDeps {
  readonly core: CoreDoor;
  readonly clock: Clock;
  readonly peer: Peer;
  readonly newKey: () => string;
  readonly devices: PassingDevices;
}

export interface ChatLineOwner {
  queuedBytes(): number;
  /** The core ends the connection of somebody who is signed in. */
  ended(reason: ReasonCode, detail: string): void;
}

const MS_PER_S = 1_000;
/** A token is renewed this long before it ends: a few sweeps. */
const RENEW_BEFORE_MS = 60_000;
// A field of 32 bits holds it in milliseconds.
const WILL_DELAY_S_MAX = 4_294_967;

/** One MQTT connection's line to the core: who it is, and the conversations of that user. */
export class ChatLine {
  readonly connection: CorePeer;
  readonly #deps: ChatLineDeps;
  readonly #client: CoreClient;
  readonly #full: number;
  #inbox: ChatInbox | null = null;
  #publisher: ChatPublisher | null = null;
  #me = '';
  #isSigningIn = false;
  #isReleased = false;
  #tokens: Welcome['tokens'];
  // The name that was entered among the devices that pass; null before and after.
  #device: string | null = null;
  // It belongs to a client that signed in elsewhere.
  #isBorrowed = false;
  #hasWill = false;
  #signedOut: (() => void) | null = null;
  // As its owner's list knows it.
  #deviceNumber = 0;

  constructor(deps: ChatLineDeps, owner: ChatLineOwner) {
    this.#deps = deps;
    this.#full = deps.core.limits.outboundBytesMax;
    this.#client = new CoreClient(deps, {
      entry: (conversation, entry) => this.#inbox?.entry(conversation, entry),
      conversation: (state) => this.#inbox?.learn(state),
      marker: (marker) => this.#inbox?.marker(marker),
      typing: (typing) => this.#inbox?.typing(typing),
      other: (frame) => this.#inbox?.other(frame),
      ended: (ended) => this.#ended(ended, owner),
      // Entries that wait for room here are not to become more.
      queuedBytes: () => (this.#inbox?.isFull === true ? this.#full : owner.queuedBytes()),
      positionOf: (state) => this.#inbox?.positionOf(state) ?? state.head,
    });
    this.connection = new CorePeer(this.#client, () => this.#signedOut !== null);
  }

  async signIn({ auth, user, installation }: Claim): Promise<SignInResult> {
    this.#isSigningIn = true;
    this.#device = `${user}/${installation}`;
    this.#isBorrowed = auth.case === 'accessToken' && !isIdentityToken(auth.value);
    await this.#deps.devices.enter(this.#device);
    const hello = { installation, app: 'mqtt', deviceKind: 'device', auth, sync: undefined };
    const result = await this.#client.signIn(hello);
    this.#isSigningIn = false;
    if (result.outcome === 'ended') {
      this.leave({ isGoodbye: false, isPassing: false });
      return { outcome: 'denied', reason: reasonOf(result) };
    }
    this.#tokens = result.welcome.tokens;
    this.#me = result.welcome.me?.id ?? '';
    this.#deviceNumber = result.welcome.device;
    return { outcome: 'signed-in', user: this.#me, device: this.#ownDevice() };
  }

  /** Nobody signs in here: the core need not know. */
  release(): void {
    this.#isReleased = true;
    this.#client.closed();
  }

  /** [MQ17] A will for a conversation is the core's; `undefined` where the topic is none. */
  async leaveWill({ topic, payload, delayS }: Will): Promise<Refusal | null | undefined> {
    const chatTopic = this.#client.isSignedIn ? parseChatTopic(topic) : null;
    if (chatTopic === null || chatTopic.act.does !== 'say') return undefined;
    const { target } = chatTopic;
    const conversation =
      target.to === 'conversation' ? target.conversation : await this.#directWith(target.user);
    if (typeof conversation !== 'number') return conversation;
    const delayMs = Math.min(delayS, WILL_DELAY_S_MAX) * MS_PER_S;
    const text = Buffer.from(payload).toString('utf8');
    const answer = await this.#client.ask({ case: 'setWill', value: { conversation, text, delayMs } });
    this.#hasWill = !('outcome' in answer);
    return 'outcome' in answer ? refusalOf(answer) : null;
  }

  /**
   * The connection is over. With a goodbye what it left behind is not passed on; with `isPassing` nothing is kept of the
   * client, so that its device goes as well (MQ18). A will that is due goes before: it needs the connection to be lost.
   */
  leave({ isGoodbye, isPassing }: { isGoodbye: boolean; isPassing: boolean }): void {
    const { devices } = this.#deps;
    const device = this.#device;
    if (device === null) return;
    this.#device = null;
    const isLast = devices.leave(device);
    if (!this.#client.isSignedIn) return;
    const signOut = isPassing && isLast && !this.#isBorrowed && (isGoodbye || !this.#hasWill);
    if (signOut) {
      const done = new Promise<void>((resolve) => {
        this.#signedOut = resolve;
      });
      devices.signingOut(device, done);
    }
    if (signOut || isGoodbye) this.#client.tell({ case: 'goodbye', value: { signOut } });
  }

  /** [MQ19] The sign-in lasts as long as the connection: its token is exchanged before it expires. */
  renew(): void {
    const tokens = this.#tokens;
    if (tokens === undefined || tokens.refreshToken === '') return;
    if (this.#deps.clock.nowMs() < tokens.accessExpiresMs - RENEW_BEFORE_MS) return;
    this.#tokens = undefined;
    const ask = { case: 'refreshSession', value: { refreshToken: tokens.refreshToken } } as const;
    void this.#client.ask(ask).then((answer) => {
      this.#tokens = 'case' in answer && answer.case === 'tokens' ? answer.value : tokens;
    });
  }

  /** From CONNACK on: the session may have filters of before, and its will may be for a conversation. */
  open(parts: Omit<InboxParts, 'client' | 'me'>): void {
    if (!this.#isBorrowed) this.#notePassing(!parts.session.isKept);
    this.#publisher = new ChatPublisher(this.#client, new SendKeys(parts.session));
    this.#inbox = new ChatInbox({ ...parts, client: this.#client, me: this.#me });
    void this.follow();
  }

  /** Filters have changed. Resolves when nothing that is sent from now on is left out. */
  async follow(): Promise<void> {
    // What the store could not take is asked for again by the next subscription.
    await this.#inbox?.follow().catch(() => undefined);
  }

  isFilter(levels: readonly string[]): boolean {
    return this.#me !== '' && isChatFilter(levels, this.#me);
  }

  /** Null when the topic is none of a conversation. */
  publish(packet: Publish, topic: string): Promise<PublishResult> | null {
    const chatTopic = this.#publisher === null ? null : parseChatTopic(topic);
    if (chatTopic === null || this.#publisher === null) return null;
    return this.#publisher.publish(chatTopic, packet, topic).then((result) => {
      if (result.outcome === 'refused') this.#inbox?.refused(topic, result.code);
      return result;
    });
  }

  /** The subscriber took something. */
  pump(): void {
    this.#inbox?.pump();
  }

  /** What goes with the session that was signed in for. */
  #ownDevice(): SessionDevice | null {
    if (this.#isBorrowed) return null;
    const [user, device] = [userNumber(this.#client.me), deviceNumber(this.#deviceNumber)];
    return { user, device, knownAtMs: this.#deps.clock.nowMs() };
  }

  /** [MQ18] What this process does not live to do, the next one does. */
  #notePassing(isPassing: boolean): void {
    const { passingDevices } = this.#deps.core;
    const [user, device] = [userNumber(this.#client.me), deviceNumber(this.#deviceNumber)];
    if (isPassing) passingDevices.add(user, device);
    else passingDevices.remove(user, device);
  }

  async #directWith(user: string): Promise<number | Refusal> {
    const answer = await this.#client.direct(user);
    return 'outcome' in answer ? refusalOf(answer) : answer.conversation;
  }

  #ended(ended: Ended, owner: ChatLineOwner): void {
    this.#signedOut?.();
    if (ended.reason === 'signedOut') this.#notePassing(false);
    if (this.#isSigningIn || this.#isReleased) return;
    owner.ended(reasonOf(ended), ended.detail === '' ? ended.reason : ended.detail);
  }
}

function reasonOf({ reason, detail }: Ended): ReasonCode {
  if (isRefusalCode(detail)) return REASON_OF_REFUSAL[detail];
  return reason === 'goodbye' ? REASON.unspecifiedError : REASON_OF_CLOSE[reason];
}
