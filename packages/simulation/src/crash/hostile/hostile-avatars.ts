import type { SeededRandom } from '@skein/testkit';

const DATA = 'urn:xmpp:avatar:data';
const METADATA = 'urn:xmpp:avatar:metadata';
// `printf '\x89PNG\r\n\x1a\n' | sha1sum`; below the same eight bytes.
const PNG_ID = '4caece539b039b16e16206ea2478f8c5ffb2ca05';
const PNG = 'iVBORw0KGgo=';
const NODES = [DATA, METADATA, '', 'urn:xmpp:other', 'x'.repeat(2_000)];
const IDS = [PNG_ID, '', 'x', '0'.repeat(40), 'current', '\u202e'];
const BYTES = [PNG, '', '=', 'A', '!!!!', PNG.repeat(2_000), '\u0000', ' iVBO Rw0K\nGgo='];
const NUMBERS = ['8', '0', '-1', '', '1e9', '4294967296', 'NaN', '99999999999999999999'];
const PEOPLE = [
  '',
  " to='fuzzer1@localhost'",
  " to='fuzzer2@localhost'",
  " to='nobody@localhost'",
  " to='localhost'",
];

/** A request about avatars, XEP-0084 and XEP-0054, of the right form and with anything in it. */
export function hostileRequest(random: SeededRandom): string {
  const type = random.pick(['get', 'set', 'set']);
  const inside = random.chance(0.3) ? card(random) : pubsub(random);
  return `<iq type='${type}' id='${random.int(100)}'${random.pick(PEOPLE)}>${inside}</iq>`;
}

function pubsub(random: SeededRandom): string {
  const node = random.pick(NODES);
  const item = `<item id='${random.pick(IDS)}'>${random.chance(0.5) ? data(random) : metadata(random)}</item>`;
  const items = item.repeat(random.pick([1, 1, 0, 2]));
  const isOwner = random.chance(0.15);
  const request = isOwner
    ? `<${random.pick(['delete', 'purge', 'configure', 'affiliations'])} node='${node}'/>`
    : random.pick([
        `<publish node='${node}'>${items}</publish>${options(random)}`,
        `<retract node='${node}' notify='true'>${items}</retract>`,
        `<items node='${node}' max_items='${random.pick(NUMBERS)}'>${items}</items>`,
        `<${random.pick(['create', 'subscribe', 'options'])} node='${node}'/>`,
      ]);
  return `<pubsub xmlns='http://jabber.org/protocol/pubsub${isOwner ? '#owner' : ''}'>${request}</pubsub>`;
}

function data(random: SeededRandom): string {
  return `<data xmlns='${random.pick([DATA, DATA, METADATA])}'>${random.pick(BYTES)}</data>`;
}

function metadata(random: SeededRandom): string {
  const info = Array.from(
    { length: random.int(3) },
    () =>
      `<info bytes='${random.pick(NUMBERS)}' id='${random.pick(IDS)}' type='${random.pick(['image/png', 'x', ''])}' width='${random.pick(NUMBERS)}' height='${random.pick(NUMBERS)}'/>`,
  );
  return `<metadata xmlns='${METADATA}'>${info.join('')}</metadata>`;
}

function options(random: SeededRandom): string {
  if (random.chance(0.6)) return '';
  const model = random.pick(['open', 'presence', 'whitelist', '']);
  return `<publish-options><x xmlns='jabber:x:data' type='${random.pick(['submit', 'x'])}'><field var='pubsub#access_model'><value>${model}</value></field></x></publish-options>`;
}

function card(random: SeededRandom): string {
  const photo = `<PHOTO><TYPE>${random.pick(['image/png', '', 'x'])}</TYPE><BINVAL>${random.pick(BYTES)}</BINVAL></PHOTO>`;
  const inside = random.pick([
    '',
    '<FN>x</FN>',
    photo,
    photo.repeat(2),
    '<PHOTO/>',
    '<PHOTO><EXTVAL>http://x</EXTVAL></PHOTO>',
  ]);
  return `<vCard xmlns='vcard-temp'>${inside}</vCard>`;
}
