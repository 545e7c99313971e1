import { type Refusal, refuse } from '@skein/model';
import { Availability, type FindPresence, type SetPresence, type UnwatchPresence } from '@skein/protocol';
import type { Answer, ReadyConnection } from './ready-connection.ts';

const DONE: Answer = { case: 'done', value: {} };

/** [PR4] */
export async function answerSetPresence(
  connection: ReadyConnection,
  { availability, text, priority }: SetPresence,
): Promise<Answer | Refusal> {
  const { presence, limits } = connection.parts;
  const limit = limits.statusCharactersMax;
  if (text.length > limit) return refuse('request.invalid', { limit });
  // A value of a newer version says nothing to this one.
  const isKnown = availability <= Availability.hidden;
  presence.set(connection, {
    availability: isKnown ? availability : Availability.unspecified,
    text,
    priority,
  });
  return DONE;
}

/** [PR1, PR5] */
export async function answerFindPresence(
  connection: ReadyConnection,
  { users, watch }: FindPresence,
): Promise<Answer | Refusal> {
  const { presence, limits } = connection.parts;
  const limit = limits.presenceUsersPerFrameMax;
  if (users.length > limit) return refuse('request.invalid', { limit });
  if (watch && !presence.watch(connection, users)) {
    return refuse('request.invalid', { limit: limits.presenceWatchesMax });
  }
  return { case: 'presence', value: { users: presence.find(connection.user.number, users) } };
}

/** [PR5] */
export async function answerUnwatchPresence(
  connection: ReadyConnection,
  { users }: UnwatchPresence,
): Promise<Answer | Refusal> {
  connection.parts.presence.unwatch(connection, users);
  return DONE;
}
