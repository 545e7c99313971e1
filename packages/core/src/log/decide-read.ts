import { type Refusal, refuse } from '@skein/model';
import type { ConversationFacts } from './facts.ts';
import type { ReadCommand } from './log-command.ts';

export type ReadDecision = Refusal | { readonly outcome: 'already' } | { readonly outcome: 'move' };

/** Decides about a read marker: it only moves forward, and never beyond the log (rules RD1–RD3). */
export function decideRead(command: ReadCommand, facts: ConversationFacts | undefined): ReadDecision {
  const member = facts?.member(command.user);
  if (facts === undefined || member === undefined || member.role === null) {
    return refuse('permission.not_member');
  }
  if (command.seq > facts.head) return refuse('request.invalid');
  return command.seq <= member.readSeq ? { outcome: 'already' } : { outcome: 'move' };
}
