import { type Limits, type Refusal, refuse } from '@skein/model';
import type { ConversationFacts } from './facts.ts';
import type { ChangeSettingsCommand } from './log-command.ts';
import { judgeTitle } from './title.ts';

export type SettingsDecision =
  | Refusal
  | { readonly outcome: 'already' }
  /** Only what differs from how it was. */
  | { readonly outcome: 'change'; readonly title: string | undefined; readonly isOpen: boolean | undefined };

/** Decides about a group's title and openness: owners and admins set them (rule CV6). */
export function decideSettings(
  command: ChangeSettingsCommand,
  facts: ConversationFacts | undefined,
  limits: Pick<Limits, 'titleCharactersMax'>,
): SettingsDecision {
  const role = facts?.member(command.user)?.role ?? null;
  if (facts === undefined || role === null) return refuse('permission.not_member');
  if (facts.kind === 'direct') return refuse('permission.direct');
  if (role === 'member') return refuse('permission.role');
  const invalid = command.title === undefined ? null : judgeTitle(command.title, limits);
  if (invalid !== null) return invalid;

  const title = command.title === facts.title ? undefined : command.title;
  const isOpen = command.isOpen === facts.isOpen ? undefined : command.isOpen;
  if (title === undefined && isOpen === undefined) return { outcome: 'already' };
  return { outcome: 'change', title, isOpen };
}
