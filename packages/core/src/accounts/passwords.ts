import { type Limits, type Refusal, refuse, type UserNumber, utf8Length } from '@skein/model';
import type { Credentials, Directory } from '../ports/directory.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { ScramSecrets } from './scram/scram-secrets.ts';

export interface PasswordsDeps {
  readonly directory: Directory;
  readonly hasher: PasswordHasher;
  readonly limits: Limits;
  readonly failedSignIns: FailedSignIns;
  /** Null where no gateway takes proofs instead of passwords. */
  readonly scramSecrets: ScramSecrets | null;
}

/** What is kept of a password. */
export interface PasswordSecrets {
  readonly passwordHash: string;
  readonly scram: string | null;
}

export type PasswordCheck =
  | { readonly outcome: 'right'; readonly user: UserNumber }
  | { readonly outcome: 'wrong' }
  | { readonly outcome: 'wait'; readonly retryAfterMs: number };

/** Checks and sets passwords. Methods throw StoreUnavailableError or HasherBusyError, and nothing else. */
export class Passwords {
  readonly #deps: PasswordsDeps;

  constructor(deps: PasswordsDeps) {
    this.#deps = deps;
  }

  /** [AC4] Answers the same, and takes as long, whether the user does not exist or the password is wrong. */
  async check(id: string, password: string, address: string): Promise<PasswordCheck> {
    const { failedSignIns } = this.#deps;
    const retryAfterMs = failedSignIns.begin(id, address);
    if (retryAfterMs > 0) return { outcome: 'wait', retryAfterMs };
    const { credentials, isRight } = await this.#lookAt(id, password).catch((error: unknown) => {
      failedSignIns.withdraw(id, address);
      throw error;
    });
    if (credentials === null || !isRight) {
      await failedSignIns.failed(id, address);
      return { outcome: 'wrong' };
    }
    await failedSignIns.forgive(id, address);
    this.#completeSecrets(credentials, password);
    return { outcome: 'right', user: credentials.number };
  }

  async #lookAt(
    id: string,
    password: string,
  ): Promise<{ credentials: Credentials | null; isRight: boolean }> {
    const { directory, hasher } = this.#deps;
    const credentials = await directory.findCredentials(id);
    const isRight = await hasher.verify(credentials?.passwordHash ?? null, this.#bounded(password));
    return { credentials, isRight };
  }

  /** Whether a password may be used; null when it may. */
  judge(password: string): Refusal | null {
    const { passwordCharactersMin, passwordBytesMax } = this.#deps.limits;
    if (Array.from(password).length < passwordCharactersMin) {
      return refuse('auth.password_weak', { limit: passwordCharactersMin });
    }
    return utf8Length(password) > passwordBytesMax
      ? refuse('request.invalid', { limit: passwordBytesMax })
      : null;
  }

  async secretsOf(password: string): Promise<PasswordSecrets> {
    const passwordHash = await this.#deps.hasher.hash(password);
    return { passwordHash, scram: (await this.#deps.scramSecrets?.derive(password)) ?? null };
  }

  async set(user: UserNumber, password: string): Promise<void> {
    await this.#deps.directory.setPassword(user, await this.secretsOf(password));
  }

  /** [SA3] Accounts from before verifiers were kept get theirs when the password is seen. Nobody waits for it. */
  #completeSecrets({ number, passwordHash, scram }: Credentials, password: string): void {
    const { scramSecrets, directory } = this.#deps;
    if (scram !== null || passwordHash === null || scramSecrets === null) return;
    scramSecrets
      .derive(password)
      .then((derived) => directory.addScram(number, { passwordHash, scram: derived }))
      // What could not be stored is derived again the next time.
      .catch(() => undefined);
  }

  /** Hashing costs by the byte; a password that was never allowed is as wrong when it is cut. */
  #bounded(password: string): string {
    return password.slice(0, this.#deps.limits.passwordBytesMax);
  }
}
