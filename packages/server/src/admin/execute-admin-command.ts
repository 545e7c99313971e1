import type { Core } from '@skein/core';
import { unreachable } from '@skein/model';
import type { AdminAnswer, AdminCommand } from './admin-command.ts';

/** What is known of the process that answers. */
export interface ServerIdentity {
  readonly pid: number;
  readonly version: string;
  readonly url: string;
}

/** Carries out an operator's command: the same way in the running server and on its data while it is stopped. [OP5] */
export async function executeAdminCommand(
  core: Core,
  command: AdminCommand,
  identity: ServerIdentity,
): Promise<AdminAnswer> {
  switch (command.type) {
    case 'status':
      return { outcome: 'status', ...identity };
    case 'user-add':
      return toAnswer(await core.createUser(command.id, command.password, command.name));
    case 'user-list':
      return { outcome: 'users', users: core.world.users.all() };
    case 'user-password':
      return toAnswer(await core.resetPassword(command.id, command.password));
    case 'invite-create': {
      const made = await core.createInvitation();
      return 'outcome' in made ? made : { outcome: 'invitation', ...made };
    }
    default:
      return unreachable(command);
  }
}

function toAnswer(result: Awaited<ReturnType<Core['createUser']>>): AdminAnswer {
  return 'outcome' in result ? result : { outcome: 'user', number: result.number, id: result.id };
}
