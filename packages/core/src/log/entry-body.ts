import type { Role as ModelRole } from '@skein/model';
import { encodeMessage, MemberAction, Role, writeMemberChange, writeSettingsChange } from '@skein/protocol';
import { toWireAttributes } from './attributes.ts';
import type { SettingsChanges } from './decide-settings.ts';

type Action = 'created' | 'invited' | 'joined' | 'left' | 'kicked' | 'role';

/** The body of an entry of kind member, which the server writes itself. */
export function memberBody(action: Action, users: readonly number[], role: ModelRole | null): Uint8Array {
  return encodeMessage(writeMemberChange, {
    action: MemberAction[action],
    users,
    role: role === null ? Role.unspecified : Role[role],
  });
}

/** The body of an entry of kind settings: what is left out did not change. */
export function settingsBody({ title, isOpen, attributes }: SettingsChanges): Uint8Array {
  return encodeMessage(writeSettingsChange, {
    title,
    open: isOpen,
    attributes: toWireAttributes(attributes),
  });
}
