import { type MessageCoder, SERVICES } from '@skein/protocol/services';
import type { SeededRandom } from '@skein/testkit';
import { strangeNumber, strangeText } from './hostile-bytes.ts';
import type { HttpWords } from './hostile-http.ts';

/** A request for a procedure that mostly makes sense. */
export interface PlausibleAsk {
  readonly procedure: string;
  readonly isSignedIn: boolean;
  readonly idempotencyKey: string | null;
  readonly body: string;
}

type MessageTable = MessageCoder['table'];
type Field = MessageTable['fields'][number];
type Say = (random: SeededRandom, words: HttpWords) => unknown;

/** Names and numbers that may be somebody's or something's. */
const PEOPLE = 10;
const KEYS = 40;
const DEPTH_MAX = 3;
/** End the session they are asked with, or another one of the same person: seldom, or little else is ever let in. */
const RARE = /\/(SignOut|Revoke|Refresh)$/;
const RARE_CHANCE = 0.05;
const MUTATED_CHANCE = 0.4;

const PROCEDURES = SERVICES.flatMap(({ name, methods }) =>
  methods.map((method) => ({ name: `${name}/${method.name}`, table: method.input.table })),
);
const RARE_PROCEDURES = PROCEDURES.filter(({ name }) => RARE.test(name));
const FREQUENT_PROCEDURES = PROCEDURES.filter(({ name }) => !RARE.test(name));

/** What texts and numbers hold where any other value would name nothing that is there. */
const TEXTS: Readonly<Record<string, Say>> = {
  user: (random) => `fuzzer${random.int(PEOPLE)}`,
  users: (random) => `fuzzer${random.int(PEOPLE)}`,
  dev: (random) => `guest${random.int(PEOPLE)}`,
  installation: (random) => `installation-of-guest-${random.int(PEOPLE)}`,
  refreshToken: (_random, { refresh }) => refresh,
  key: (random) => `key-${random.int(KEYS)}`,
  cursor: (random, { cursor }) => random.pick(['', cursor]),
};
const NUMBERS: Readonly<Record<string, Say>> = {
  conversation: (random, { group }) => (random.chance(0.7) ? group : 1 + random.int(2 * PEOPLE)),
  counter: () => 0,
  kind: () => 0,
  kinds: (random) => random.int(5),
  contents: (random) => random.int(5),
  target: () => 0,
  wait: () => 0,
  from: (random) => random.int(20),
  to: (random) => random.int(40),
  limit: (random) => random.int(100),
  device: (random) => random.int(4 * PEOPLE),
  delayMs: (random) => random.int(2_000),
};
/** Make something else of a message of plain text: left out unless a mutation brings them. */
const LEFT_OUT: ReadonlySet<string> = new Set(['reaction', 'content']);
/** Of several ways to say who one is, the one that lets most in. */
const PREFERRED = 'dev';

export function plausibleAsk(random: SeededRandom, words: HttpWords): PlausibleAsk {
  const { name, table } = random.pick(random.chance(RARE_CHANCE) ? RARE_PROCEDURES : FREQUENT_PROCEDURES);
  const { key, ...others } = messageOf(table, random, words, 0);
  // A send has one name, and seldom that of another one.
  const idempotencyKey = random.chance(0.5) ? `key-${random.int(random.chance(0.2) ? KEYS : 2 ** 31)}` : null;
  const fields = key === undefined || idempotencyKey !== null ? others : { key, ...others };
  return {
    procedure: name,
    isSignedIn: random.chance(0.99),
    idempotencyKey: fields === others ? idempotencyKey : null,
    body: JSON.stringify(random.chance(MUTATED_CHANCE) ? mutated(fields, random) : fields),
  };
}

function messageOf(
  { fields }: MessageTable,
  random: SeededRandom,
  words: HttpWords,
  depth: number,
): Record<string, unknown> {
  const chosen = new Map<string, Field>();
  for (const field of fields) {
    // Of those that exclude each other one is said; a message within itself comes to an end.
    if (LEFT_OUT.has(field.name) || (typeof field.type === 'function' && depth === DEPTH_MAX)) continue;
    const place = field.oneof ?? field.name;
    const isBetter = !chosen.has(place) || (field.name === PREFERRED && random.chance(0.8));
    if (isBetter && (isNamed(field) || random.chance(0.7))) chosen.set(place, field);
  }
  return Object.fromEntries(
    [...chosen.values()].map((field) => {
      const one = (): unknown => valueOf(field, random, words, depth);
      return [field.name, field.list === true ? Array.from({ length: random.int(3) }, one) : one()];
    }),
  );
}

function isNamed({ name, type }: Field): boolean {
  return type === 'string' ? name in TEXTS : name in NUMBERS;
}

function valueOf({ name, type }: Field, random: SeededRandom, words: HttpWords, depth: number): unknown {
  const byName = typeof type === 'string' ? (type === 'string' ? TEXTS : NUMBERS)[name] : undefined;
  if (byName !== undefined) return byName(random, words);
  if (typeof type === 'function') return messageOf(type(), random, words, depth + 1);
  if (typeof type === 'object') return random.pick(Object.values(type));
  switch (type) {
    case 'bool':
      return random.chance(0.5);
    case 'string':
      return random.chance(0.7) ? `text ${random.int(1_000)}` : strangeText(random);
    case 'bytes':
      return '';
    default:
      return random.int(6);
  }
}

/** One field holds something else, or is one that nobody knows. */
function mutated(fields: Readonly<Record<string, unknown>>, random: SeededRandom): unknown {
  const names = [...Object.keys(fields), '__proto__', 'nobodyKnowsIt'];
  const value = random.pick<unknown>([
    strangeText(random),
    strangeNumber(random),
    String(strangeNumber(random)),
    null,
    true,
    -1,
    0.5,
    [],
    {},
    [[strangeText(random)]],
    { type: strangeText(random) },
  ]);
  const changed = { ...fields };
  Object.defineProperty(changed, random.pick(names), { value, enumerable: true, configurable: true });
  return changed;
}
