import { deviceNumber, type Random, userNumber } from '@skein/model';
import {
  type HelloInit,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  type SyncInit,
  type Welcome,
} from '@skein/protocol';
import { SkeinError } from '../../api/skein-error.ts';
import type { Model } from '../model/model.ts';
import type { Credentials, StoredTokens } from './credentials.ts';

/** What the server is told about this program. */
export interface ProgramFacts {
  readonly app: string;
  readonly appVersion: string;
  readonly platform: string;
  readonly locale: string;
  readonly deviceKind: string;
  readonly deviceName: string;
  readonly heartbeatMs: number;
}

export interface SessionDeps {
  readonly model: Model;
  readonly random: Random;
  readonly credentials: Credentials;
  readonly program: ProgramFacts;
}

const INSTALLATION_BYTES = 16;
const INSTALLATION = 'installation';
const TOKENS = 'tokens';

/** What outlives a change of the server's store: the installation and its session. */
export const KEPT_VALUES: readonly string[] = [INSTALLATION, TOKENS, 'me'];

/** Says who this is, and remembers what the server answered (rule CL11). */
export class Session {
  readonly #deps: SessionDeps;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  /** Errors: rejects with `auth.required` when there is nothing to sign in with. */
  async hello(sync: () => SyncInit): Promise<HelloInit> {
    const auth = await this.#deps.credentials.prepare();
    if (auth === null) throw new SkeinError('auth.required');
    return {
      version: PROTOCOL_VERSION,
      versionMin: PROTOCOL_VERSION_MIN,
      installation: this.#installation(),
      ...this.#deps.program,
      auth,
      sync: sync(),
    };
  }

  /** False when the server takes us for somebody else than this store belongs to. */
  welcomed({ me, device, tokens }: Welcome, expected: string | null): boolean {
    if (me === undefined || (expected !== null && me.id !== expected)) return false;
    const { model, credentials } = this.#deps;
    model.setMe({
      number: userNumber(me.number),
      id: me.id,
      name: me.name === '' ? me.id : me.name,
      device: deviceNumber(device),
    });
    credentials.welcomed(tokens);
    return true;
  }

  /** [CL11] Random, made once, kept as long as the store: with the counters it is the identity of every send. */
  #installation(): string {
    const { model, random } = this.#deps;
    const known = model.value(INSTALLATION);
    if (known !== null) return known;
    const made = Array.from(random.bytes(INSTALLATION_BYTES), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join('');
    model.setValue(INSTALLATION, made);
    return made;
  }
}

export function storedTokens(model: Model): StoredTokens | null {
  const tokens = model.value(TOKENS);
  return tokens === null ? null : (JSON.parse(tokens) as StoredTokens);
}

export function storeTokens(model: Model, tokens: StoredTokens | null): void {
  model.setValue(TOKENS, tokens === null ? null : JSON.stringify(tokens));
}
