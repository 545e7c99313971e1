import {
  type Clock,
  type Limits,
  parseUserId,
  type Random,
  type Refusal,
  refuse,
  type UserId,
} from '@skein/model';
import type { World } from '../log/world.ts';
import type { Digests } from '../ports/digests.ts';
import type { Directory } from '../ports/directory.ts';
import type { Peer } from '../ports/outbound.ts';
import type { UserRow } from '../ports/store.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { PasswordSecrets, Passwords } from './passwords.ts';
import { newInvitationCode } from './tokens.ts';

/** Who may make an account: anyone, whoever has an invitation, or only the operator. */
export type RegistrationPolicy = 'open' | 'invitation' | 'closed';

export interface RegistrationsDeps {
  readonly world: World;
  readonly directory: Directory;
  readonly digests: Digests;
  readonly passwords: Passwords;
  readonly failedSignIns: FailedSignIns;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: Limits;
  readonly policy: RegistrationPolicy;
}

export interface AccountWish {
  readonly user: string;
  readonly password: string;
  /** Empty: the id is shown. */
  readonly name: string;
}

export interface Invitation {
  readonly code: string;
  readonly expiresAtMs: number;
}

/** All wrong invitations from one address count together, whatever account they ask for. */
const INVITATION_TRIES = 'invitation';

/** New accounts. Methods throw StoreUnavailableError or HasherBusyError, and nothing else. */
export class Registrations {
  readonly #deps: RegistrationsDeps;

  constructor(deps: RegistrationsDeps) {
    this.#deps = deps;
  }

  get policy(): RegistrationPolicy {
    return this.#deps.policy;
  }

  /** [AC3] What somebody at a sign-in screen may do. */
  async register(wish: AccountWish & { invitation: string }, peer: Peer): Promise<UserRow | Refusal> {
    switch (this.#deps.policy) {
      case 'closed':
        return refuse('auth.registration_closed');
      case 'open':
        return this.create(wish);
      case 'invitation':
        return wish.invitation === ''
          ? refuse('auth.registration_closed')
          : this.#createInvited(wish, peer.address);
    }
  }

  /** Adds an account, whoever asks. */
  async create(wish: AccountWish): Promise<UserRow | Refusal> {
    const account = this.#judge(wish);
    if ('outcome' in account) return account;
    const secrets = await this.#deps.passwords.secretsOf(wish.password);
    return (await this.add(account.id, account.name, secrets)) ?? refuse('auth.name_taken');
  }

  /** Stores a user and makes them known; null when somebody else has that id. */
  async add(id: UserId, name: string, secrets: PasswordSecrets | null): Promise<UserRow | null> {
    const { directory, world, clock } = this.#deps;
    const { passwordHash, scram } = secrets ?? { passwordHash: null, scram: null };
    const row = await directory.createUser({ id, name, passwordHash, scram, createdAtMs: clock.nowMs() });
    if (row !== null) world.users.add(row);
    return row;
  }

  async invite(createdBy: UserRow | null): Promise<Invitation> {
    const { directory, digests, random, clock, limits } = this.#deps;
    const code = newInvitationCode(random);
    const expiresAtMs = clock.nowMs() + limits.invitationMs;
    const codeHash = digests.sha256Hex(code);
    await directory.createInvitation({ codeHash, createdBy: createdBy?.number ?? null, expiresAtMs });
    return { code, expiresAtMs };
  }

  /** [AC3] Everything else is settled before the invitation is used up. */
  async #createInvited(
    wish: AccountWish & { invitation: string },
    address: string,
  ): Promise<UserRow | Refusal> {
    const { directory, digests, passwords, clock, failedSignIns } = this.#deps;
    const retryAfterMs = failedSignIns.begin(INVITATION_TRIES, address);
    if (retryAfterMs > 0) return refuse('auth.too_many_attempts', { retryAfterMs });
    const account = this.#judge(wish);
    if ('outcome' in account) return account;
    const secrets = await passwords.secretsOf(wish.password).catch((error: unknown) => {
      failedSignIns.withdraw(INVITATION_TRIES, address);
      throw error;
    });
    const codeHash = digests.sha256Hex(wish.invitation);
    if (!(await directory.consumeInvitation(codeHash, clock.nowMs()))) {
      await failedSignIns.failed(INVITATION_TRIES, address);
      return refuse('auth.invite_invalid');
    }
    await failedSignIns.forgive(INVITATION_TRIES, address);
    return (await this.add(account.id, account.name, secrets)) ?? refuse('auth.name_taken');
  }

  #judge({ user, password, name }: AccountWish): { id: UserId; name: string } | Refusal {
    const { world, passwords, limits } = this.#deps;
    const id = parseUserId(user);
    if (id === null) return refuse('auth.name_invalid');
    const shown = name.trim() === '' ? id : name.trim();
    if (Array.from(shown).length > limits.nameCharactersMax) {
      return refuse('request.invalid', { limit: limits.nameCharactersMax });
    }
    const weakness = passwords.judge(password);
    if (weakness !== null) return weakness;
    return world.users.byId(id) === undefined ? { id, name: shown } : refuse('auth.name_taken');
  }
}
