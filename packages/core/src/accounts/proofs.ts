import { assert, type Limits, type Random } from '@skein/model';
import type { World } from '../log/world.ts';
import type { Directory } from '../ports/directory.ts';
import type { Peer } from '../ports/outbound.ts';
import type { ScramCrypto, ScramHash } from '../ports/scram-crypto.ts';
import type { UserRow } from '../ports/store.ts';
import { type ExternalIdentities, isIdentityToken } from './external-identities.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { Passwords } from './passwords.ts';
import { beginExchange, finishExchange, type ScramExchange } from './scram/scram-exchange.ts';
import { type ChannelBinding, type ClientFirst, parseClientFirst } from './scram/scram-messages.ts';
import type { ScramSecrets } from './scram/scram-secrets.ts';
import type { Sessions } from './sessions.ts';
import { fromFailure } from './sign-in-failure.ts';
import { denied, type SignInDenied } from './sign-in-result.ts';
import { toBase64Url } from './tokens.ts';

/** 192 bits: an exchange can't be foreseen. */
const SERVER_NONCE_BYTES = 24;

/**
 * Shows that a gateway's peer is who they say. It is made here and nowhere else, so no wire can bring one: a gateway whose
 * protocol proves people in its own way gets it from {@link Proofs} and hands it over together with Hello.
 */
export class Proof {
  readonly user: UserRow;
  /** The installation a token belongs to; null where the gateway names it. */
  readonly installation: string | null;
  /** The token that was shown; null when it was a password. */
  readonly token: string | null;
  /** Sessions ended after this ended the proof as well. */
  readonly revision: number;

  constructor(of: Pick<Proof, 'user' | 'installation' | 'token' | 'revision'>) {
    this.user = of.user;
    this.installation = of.installation;
    this.token = of.token;
    this.revision = of.revision;
  }
}

export interface ScramAsk {
  readonly hash: ScramHash;
  readonly clientFirst: string;
  /** The binding that the mechanism's name asks for: the data of it by name; null for a mechanism without. */
  readonly bindings: ReadonlyMap<string, Uint8Array> | null;
  /** The mechanisms with a binding were offered. */
  readonly wasBindingOffered: boolean;
}

/** An exchange under way. */
export interface ScramTurn {
  readonly serverFirst: string;
  /** Takes the client's last message; once. */
  finish(clientFinal: string): { readonly proof: Proof; readonly serverFinal: string } | SignInDenied;
}

export interface ProofsDeps {
  /** Absent: nobody is served who proves a password without showing it. */
  readonly scramCrypto?: ScramCrypto;
  readonly scramSecrets: ScramSecrets | null;
  readonly world: World;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly identities: ExternalIdentities;
  readonly failedSignIns: FailedSignIns;
  readonly random: Random;
  readonly limits: Limits;
}

/** Proves people for gateways whose protocol has a dialogue of its own for it (rules SA1–SA7). Nothing here rejects. */
export class Proofs {
  readonly #deps: ProofsDeps;

  constructor(deps: ProofsDeps) {
    this.#deps = deps;
  }

  /** Whether SCRAM can be offered. */
  get hasScram(): boolean {
    return this.#deps.scramCrypto !== undefined;
  }

  /** [SA6] A password shown to us, or an access token in its place. */
  async password(user: string, password: string, peer: Peer): Promise<Proof | SignInDenied> {
    try {
      return (await this.#token(user, password)) ?? (await this.#password(user, password, peer));
    } catch (error) {
      return fromFailure(error);
    }
  }

  /** [SA1–SA5] Begins an exchange; a message that can't be read is denied with `request.invalid`. */
  async scram(ask: ScramAsk, peer: Peer): Promise<ScramTurn | SignInDenied> {
    const first = parseClientFirst(ask.clientFirst);
    if (first === null) return denied('protocolViolation', 'request.invalid');
    const channelBinding = bindingData(first.binding, ask);
    if (channelBinding === null) return denied('badCredentials', 'auth.bad_credentials');
    try {
      return await this.#scram(first, { hash: ask.hash, channelBinding }, peer);
    } catch (error) {
      return fromFailure(error);
    }
  }

  async #scram(
    first: ClientFirst,
    { hash, channelBinding }: { hash: ScramHash; channelBinding: Uint8Array },
    peer: Peer,
  ): Promise<ScramTurn | SignInDenied> {
    const { scramCrypto, scramSecrets, directory, failedSignIns, random, sessions } = this.#deps;
    assert(scramCrypto !== undefined && scramSecrets !== null, 'SCRAM is asked for only where it is offered');
    // [SA5] Counted before anything is looked at, together with passwords that were shown.
    if (failedSignIns.begin(first.user, peer.address) > 0) {
      return denied('rateLimited', 'auth.too_many_attempts');
    }
    const { revision } = sessions;
    const credentials = await directory.findCredentials(first.user);
    const verifier = scramSecrets.find(first.user, credentials?.scram ?? null, hash);
    const serverNonce = toBase64Url(random.bytes(SERVER_NONCE_BYTES));
    const exchange = beginExchange(first, verifier, { serverNonce, channelBinding });
    const number = credentials?.number ?? null;
    const user = number === null ? undefined : this.#deps.world.users.byNumber(number);
    const finish = (clientFinal: string): ReturnType<ScramTurn['finish']> =>
      this.#finish(exchange, clientFinal, { user, revision, address: peer.address });
    return { serverFirst: exchange.serverFirst, finish };
  }

  #finish(
    exchange: ScramExchange,
    clientFinal: string,
    { user, revision, address }: { user: UserRow | undefined; revision: number; address: string },
  ): ReturnType<ScramTurn['finish']> {
    const { scramCrypto, failedSignIns } = this.#deps;
    assert(scramCrypto !== undefined, 'an exchange was begun');
    const serverFinal = finishExchange(scramCrypto, exchange, clientFinal);
    // Nobody waits for the store here: until it is done the try counts in memory.
    if (serverFinal === null || user === undefined) {
      void failedSignIns.failed(exchange.first.user, address);
      return denied('badCredentials', 'auth.bad_credentials');
    }
    void failedSignIns.forgive(exchange.first.user, address);
    // [SA7] Nobody acts as somebody else.
    const { authorization } = exchange.first;
    if (authorization !== '' && authorization !== user.id)
      return denied('notAllowed', 'auth.bad_credentials');
    return { proof: new Proof({ user, installation: null, token: null, revision }), serverFinal };
  }

  async #password(id: string, password: string, peer: Peer): Promise<Proof | SignInDenied> {
    const { passwords, sessions, world } = this.#deps;
    const { revision } = sessions;
    const result = await passwords.check(id, password, peer.address);
    if (result.outcome === 'wait') return denied('rateLimited', 'auth.too_many_attempts');
    if (result.outcome === 'wrong') return denied('badCredentials', 'auth.bad_credentials');
    const user = world.users.byNumber(result.user);
    if (user === undefined) return denied('overloaded', 'server.storage_unavailable');
    return new Proof({ user, installation: null, token: null, revision });
  }

  /** Null when it is no token of this user, and may be a password. */
  async #token(id: string, token: string): Promise<Proof | null> {
    const { sessions, identities, directory, world } = this.#deps;
    const { revision } = sessions;
    if (isIdentityToken(token)) {
      const vouched = await identities.whoIs(token);
      if ('outcome' in vouched || !isSameId(vouched.user.id, id)) return null;
      return new Proof({ user: vouched.user, installation: null, token, revision });
    }
    const row = await sessions.findByAccess(token);
    const user = row === null ? undefined : world.users.byNumber(row.user);
    if (row === null || user === undefined || !isSameId(user.id, id)) return null;
    const devices = await directory.listDevices(row.user);
    const device = devices.find(({ number }) => number === row.device);
    return device === undefined
      ? null
      : new Proof({ user, installation: device.installation, token, revision });
  }
}

/** [SA2] The bytes the proof has to cover; null when the client's wish and ours do not fit together. */
function bindingData(binding: ChannelBinding, { bindings, wasBindingOffered }: ScramAsk): Uint8Array | null {
  switch (binding.kind) {
    case 'used':
      return bindings?.get(binding.name) ?? null;
    case 'unused':
      // RFC 5802 §6: somebody between us hid from the client that a binding was offered.
      return bindings !== null || wasBindingOffered ? null : new Uint8Array(0);
    case 'none':
      return bindings === null ? new Uint8Array(0) : null;
  }
}

function isSameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
