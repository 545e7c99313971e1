import { type Limits, type Refusal, refuse } from '@skein/model';
import { type AttributeLimits, attributesToChange, judgeAttributes, withAttributes } from './attributes.ts';
import type { ConversationFacts } from './facts.ts';
import type { ChangeSettingsCommand } from './log-command.ts';
import { judgeTitle } from './title.ts';

type SettingsLimits = AttributeLimits & Pick<Limits, 'titleCharactersMax'>;

/** Only what differs from how it was. */
export type SettingsChanges = Pick<ChangeSettingsCommand, 'title' | 'isOpen' | 'attributes'>;

export type SettingsDecision =
  | Refusal
  | { readonly outcome: 'already' }
  | { readonly outcome: 'change'; readonly changes: SettingsChanges };

/** Decides about a group's title, openness and attributes: owners and admins set them (rules CV6, CV17). */
export function decideSettings(
  command: ChangeSettingsCommand,
  facts: ConversationFacts | undefined,
  limits: SettingsLimits,
): SettingsDecision {
  const role = facts?.member(command.user)?.role ?? null;
  if (facts === undefined || role === null) return refuse('permission.not_member');
  if (facts.kind === 'direct') return refuse('permission.direct');
  if (role === 'member') return refuse('permission.role');
  const invalid = command.title === undefined ? null : judgeTitle(command.title, limits);
  if (invalid !== null) return invalid;
  const attributes = attributesToChange(facts.attributes, command.attributes);
  const tooMuch = judgeAttributes(withAttributes(facts.attributes, attributes), limits);
  if (tooMuch !== null) return tooMuch;

  const title = command.title === facts.title ? undefined : command.title;
  const isOpen = command.isOpen === facts.isOpen ? undefined : command.isOpen;
  if (title === undefined && isOpen === undefined && attributes.size === 0) return { outcome: 'already' };
  return { outcome: 'change', changes: { title, isOpen, attributes } };
}
