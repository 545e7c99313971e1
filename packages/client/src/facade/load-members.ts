import type { ConversationId } from '@skein/model';
import type { Engine } from '../engine/engine.ts';

const PAGE = 500;

export interface LoadedMember {
  readonly number: number;
  readonly role: number;
  readonly delivered: number;
  readonly read: number;
}

/** All members of a group as the server has them, page by page. Errors: rejects with a SkeinError. */
export async function loadMembers(
  { parts: { requests, model } }: Engine,
  conversation: ConversationId,
): Promise<readonly LoadedMember[]> {
  const all: LoadedMember[] = [];
  for (;;) {
    const after = all.at(-1)?.number ?? 0;
    const ask = { conversation, after, limit: PAGE };
    const { members, more } = await requests.askFor('members', { case: 'listMembers', value: ask });
    model.together(() => {
      for (const { user } of members) if (user !== undefined) model.putUser(user);
    });
    for (const { user, role, delivered, read } of members) {
      all.push({ number: user?.number ?? 0, role, delivered, read });
    }
    if (!more || members.length === 0) return all;
  }
}
