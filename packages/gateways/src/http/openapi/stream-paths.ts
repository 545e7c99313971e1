import { TABLES } from '@skein/protocol/services';
import type { Operation } from './document.ts';
import type { MessageSchemas } from './json-schema.ts';
import { problemsOf } from './problem-schema.ts';

const CURSOR = {
  name: 'cursor',
  in: 'query',
  required: false,
  description: 'Goes on after this; of an answer, or the id of an event.',
  schema: { type: 'string', pattern: '^([A-Za-z0-9_-]{1,64}[.][0-9]{1,16})?$' },
};
const ENTRIES = {
  name: 'entries',
  in: 'query',
  required: false,
  description: 'How many of the newest entries come along for each conversation.',
  schema: { type: 'integer', minimum: 0, maximum: 999_999_999, default: 0 },
};
const WAIT = {
  name: 'wait',
  in: 'query',
  required: false,
  description: 'How long to wait for a change, in seconds.',
  schema: { type: 'integer', minimum: 0, maximum: 999_999_999, default: 0 },
};
const PRESENCE = {
  name: 'presence',
  in: 'query',
  required: false,
  description: 'Numbers of users, with commas: tells how they are there, at first and whenever that changes.',
  schema: { type: 'string', pattern: '^[0-9]{1,15}(,[0-9]{1,15})*$' },
};
const LAST_EVENT_ID = {
  ...CURSOR,
  name: 'Last-Event-ID',
  in: 'header',
  description: 'Sent by a browser that comes back.',
};

/** What is read by GET, beside the procedures. */
export function streamPaths(schemas: MessageSchemas): Readonly<Record<string, Record<string, Operation>>> {
  const problems = problemsOf({ asksWho: true, hasBody: false });
  const changes = schemas.ref(TABLES.Changes, 'answer');
  const events = [
    TABLES.ChangesEvent,
    TABLES.Push,
    TABLES.MembershipChanged,
    TABLES.Marker,
    TABLES.Typing,
    TABLES.Transient,
    TABLES.PresenceList,
  ];
  const data = {
    type: 'string',
    contentMediaType: 'text/event-stream',
    contentSchema: { anyOf: events.map((table) => schemas.ref(table, 'answer')) },
  };
  return {
    '/v1/poll': {
      get: {
        operationId: 'poll',
        tags: ['Conversations'],
        summary: 'Answers what changed after a cursor',
        description:
          'The same as Conversations/Changes: with `wait` it is a long poll, without it a short one.',
        parameters: [CURSOR, WAIT, ENTRIES],
        responses: {
          200: { description: 'What changed.', content: { 'application/json': { schema: changes } } },
          ...problems,
        },
      },
    },
    '/v1/events': {
      get: {
        operationId: 'events',
        tags: ['Streams'],
        summary: 'Tells what happens, as it happens',
        description:
          'An event stream. `changes` (ChangesEvent) tells what was missed, `push` (Push) an entry, `membership` (MembershipChanged) ' +
          'that one entered or left a conversation, `marker` (Marker) that somebody received or read, `typing` (Typing), `transient` ' +
          '(Transient) what was said to those who are there or left behind, `presence` (PresenceList) how watched users are there now, and ' +
          '`end` (Problem) why the stream ends. The id of an event is the cursor after it.',
        security: [{ token: [] }, { ticket: [] }],
        parameters: [CURSOR, LAST_EVENT_ID, ENTRIES, PRESENCE],
        responses: {
          200: { description: 'Events.', content: { 'text/event-stream': { schema: data } } },
          ...problems,
        },
      },
    },
  };
}
