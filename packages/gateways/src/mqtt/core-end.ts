import type { Delivery, Outbound, Peer } from '@skein/core';
import { isRefusalCode } from '@skein/model';
import {
  type CloseReason,
  type DownFrameInit,
  decodeUp,
  encodeUp,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  type UpFrame,
} from '@skein/protocol';
import type { CoreConnection, CoreDoor } from '../session/core-door.ts';
import type { ReasonCode } from './codec/reason-codes.ts';
import type { Auth, SignInResult } from './connect-steps.ts';
import { REASON_OF_CLOSE, REASON_OF_REFUSAL } from './refusal-codes.ts';

/** What the core's end of a connection may do to the other end. */
export interface CoreEndOwner {
  queuedBytes(): number;
  /** The core ends the connection. */
  ended(reason: ReasonCode, detail: string): void;
}

/** The core's view of one MQTT connection: it counts, is watched and ended there like any other. */
export class CoreEnd implements Outbound {
  readonly connection: CoreConnection;
  readonly #owner: CoreEndOwner;
  #signingIn: ((result: SignInResult) => void) | null = null;

  constructor(core: CoreDoor, peer: Peer, owner: CoreEndOwner) {
    this.#owner = owner;
    this.connection = core.connect(peer, this);
  }

  signIn(auth: Auth, installation: string): Promise<SignInResult> {
    return new Promise((resolve) => {
      this.#signingIn = resolve;
      this.connection.handle(helloOf(auth, installation));
    });
  }

  send(frame: DownFrameInit): void {
    if (frame.case !== 'welcome') return;
    this.#settle({ outcome: 'signed-in', user: frame.value.me?.id ?? '' });
  }

  push(_delivery: Delivery): void {
    // Nothing was synced, so nothing is pushed.
  }

  queuedBytes(): number {
    return this.#owner.queuedBytes();
  }

  close(reason: CloseReason, detail = ''): void {
    const code = isRefusalCode(detail) ? REASON_OF_REFUSAL[detail] : REASON_OF_CLOSE[reason];
    if (this.#signingIn === null) this.#owner.ended(code, detail === '' ? reason : detail);
    else this.#settle({ outcome: 'denied', reason: code });
  }

  #settle(result: SignInResult): void {
    const resolve = this.#signingIn;
    this.#signingIn = null;
    resolve?.(result);
  }
}

/** The place of the core's connection where nobody in particular is served: the test flag's space. */
export const NO_CORE: CoreConnection = {
  isSignedIn: true,
  user: null,
  handle: () => undefined,
  handleProven: () => undefined,
  heartbeat: () => undefined,
  drained: () => undefined,
  violated: () => undefined,
  closed: () => undefined,
};

function helloOf(auth: Auth, installation: string): UpFrame {
  const bytes = encodeUp({
    case: 'hello',
    value: {
      version: PROTOCOL_VERSION,
      versionMin: PROTOCOL_VERSION_MIN,
      installation,
      app: 'mqtt',
      deviceKind: 'device',
      auth,
    },
  });
  // Through the encoding and back: what is left out gets its default, as if it had travelled.
  return decodeUp(bytes, bytes.findIndex((byte) => byte < 0x80) + 1, bytes.length) as UpFrame;
}
