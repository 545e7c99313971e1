import type { HelloInit } from '@skein/protocol';

/** A user's name, or a conversation's number. */
export type Target = string | number;

/** What a person typed, in the shorthand of SPEC.md §JSON lines. */
export type Line =
  | {
      readonly says: 'login';
      readonly auth: NonNullable<HelloInit['auth']>;
      readonly installation: string | null;
    }
  | { readonly says: 'text'; readonly target: Target; readonly text: string; readonly id: number | null }
  | { readonly says: 'transient'; readonly target: Target; readonly text: string }
  | { readonly says: 'group'; readonly title: string; readonly users: readonly string[] }
  | { readonly says: 'read'; readonly target: Target; readonly seq: number | null }
  | {
      readonly says: 'history';
      readonly target: Target;
      readonly limit: number;
      readonly before: number | null;
    }
  | { readonly says: 'typing'; readonly target: Target; readonly isStopped: boolean }
  | { readonly says: 'list' }
  | { readonly says: 'help' }
  | { readonly says: 'bye' }
  /** Not understood, and what to write instead. */
  | { readonly says: 'nothing'; readonly advice: string };

type Fields = Readonly<Record<string, unknown>>;

const HISTORY_LIMIT = 20;

/** What can be typed; told by `{"help":true}`. */
export const HELP: readonly string[] = [
  '{"login":"alice","password":"…"}',
  '{"login":"alice","dev":true}',
  '{"register":"alice","password":"…"}',
  '{"to":"bob","text":"你好"}',
  '{"conversation":3,"text":"你好"}',
  '{"to":"bob","text":"👏","transient":true}',
  '{"group":"Lunch","with":["bob","carol"]}',
  '{"list":true}',
  '{"history":"bob","limit":20}',
  '{"read":"bob"}',
  '{"typing":"bob"}',
  '{"bye":true}',
];

/** The properties that say what a line is about, in the order in which they are looked for. */
const PARSERS: Readonly<Record<string, (fields: Fields) => Line>> = {
  login: parseLogin,
  register: parseRegister,
  text: parseText,
  group: parseGroup,
  read: parseRead,
  history: parseHistory,
  typing: parseTyping,
  list: () => ({ says: 'list' }),
  help: () => ({ says: 'help' }),
  bye: () => ({ says: 'bye' }),
};

/** Reads one line; whatever is wrong with it becomes advice. */
export function parseLine(text: string): Line {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return advise('Every line is one JSON object, such as {"to":"bob","text":"你好"}.');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return advise('Every line is one JSON object, such as {"help":true}.');
  }
  const fields = json as Fields;
  const name = Object.keys(PARSERS).find((key) => Object.hasOwn(fields, key));
  const parse = name === undefined ? undefined : PARSERS[name];
  return parse?.(fields) ?? advise('{"help":true} lists what can be said.');
}

function parseLogin(fields: Fields): Line {
  const { login, password, dev } = fields;
  const installation = optionalInstallation(fields);
  if (!isText(login) || installation === undefined) return advise('{"login":"alice","password":"…"}');
  if (dev === true) return { says: 'login', auth: { case: 'dev', value: login }, installation };
  if (!isText(password)) return advise('Add the password: {"login":"alice","password":"…"}');
  return { says: 'login', auth: { case: 'password', value: { user: login, password } }, installation };
}

function parseRegister(fields: Fields): Line {
  const { register, password, name, invitation } = fields;
  const installation = optionalInstallation(fields);
  if (!isText(register) || !isText(password) || installation === undefined) {
    return advise('{"register":"alice","password":"…"}');
  }
  const value = {
    user: register,
    password,
    name: isText(name) ? name : register,
    ...(isText(invitation) ? { invitation } : {}),
  };
  return { says: 'login', auth: { case: 'registration', value }, installation };
}

function parseText(fields: Fields): Line {
  const { text, id, transient } = fields;
  const target = fields['to'] ?? fields['conversation'];
  if (!isTarget(target)) return advise('Say who it is for: {"to":"bob","text":"你好"}');
  if (!isText(text)) return advise('The text is missing: {"to":"bob","text":"你好"}');
  if (transient === true) return { says: 'transient', target, text };
  if (id !== undefined && !isNumber(id))
    return advise('An id is 1 for the first text of a conversation, then 2, 3, …');
  return { says: 'text', target, text, id: isNumber(id) ? id : null };
}

function parseGroup({ group, with: users }: Fields): Line {
  const isRight = isText(group) && Array.isArray(users) && users.every(isText);
  return isRight
    ? { says: 'group', title: group, users }
    : advise('{"group":"Lunch","with":["bob","carol"]}');
}

function parseRead({ read, seq }: Fields): Line {
  if (!isTarget(read)) return advise('{"read":"bob"} or {"read":3,"seq":7}');
  return { says: 'read', target: read, seq: isNumber(seq) ? seq : null };
}

function parseHistory({ history, limit, before }: Fields): Line {
  if (!isTarget(history)) return advise('{"history":"bob","limit":20}');
  return {
    says: 'history',
    target: history,
    limit: isNumber(limit) ? limit : HISTORY_LIMIT,
    before: isNumber(before) ? before : null,
  };
}

function parseTyping({ typing, stopped }: Fields): Line {
  if (!isTarget(typing)) return advise('{"typing":"bob"}');
  return { says: 'typing', target: typing, isStopped: stopped === true };
}

/** Null when absent, undefined when wrong. */
function optionalInstallation({ installation }: Fields): string | null | undefined {
  if (installation === undefined) return null;
  return isText(installation) ? installation : undefined;
}

function advise(advice: string): Line {
  return { says: 'nothing', advice };
}

function isTarget(value: unknown): value is Target {
  return isText(value) || isNumber(value);
}

/** A text that has a UTF-8 form: lone surrogates have none. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.isWellFormed();
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
