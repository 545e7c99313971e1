import naughtyStrings from 'big-list-of-naughty-strings/blns.json' with { type: 'json' };
import type { SeededRandom } from '../../seeded-random.ts';

// XML 1.0 §2.2, beside lone surrogates, of which there are none here.
// oxlint-disable-next-line no-control-regex
const UNWRITABLE_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** What people, programs and attackers write, by what it is meant to break. */
const OWN_WORDS: readonly string[] = [
  // Looks like nothing, or like a value.
  'undefined',
  'null',
  'NaN',
  'true',
  '0',
  '-0',
  '1e309',
  '0x',
  '{}',
  '[]',
  '""',
  'None',
  'nil',
  '-',
  '--',
  // White space of all kinds, inside, before and behind.
  ' ',
  '\t',
  '\n',
  ' a',
  'a ',
  'a  b',
  '\u00a0',
  '\u2003a\u2003',
  '\u3000全角\u3000',
  'a\n\nb\n',
  '\ufeffmark',
  // Markup, and the ends of it.
  '<',
  '>',
  '&',
  '&amp;',
  '&#0;',
  '&lt;b&gt;',
  '<b>bold</b>',
  '<!-- -->',
  ']]>',
  '<![CDATA[x]]>',
  '<?xml?>',

  '</message>',
  '</stream:stream>',
  '<!DOCTYPE x>',
  '&xxe;',
  '<script>alert(1)</script>',
  '"><img src=x>',
  // Quoting.
  "'",
  '"',
  '`',
  '\\',
  '\\\\',
  '\\n',
  '\\u0041',
  '%00',
  '%s%n',
  '${x}',
  '{{x}}',
  "'; DROP TABLE users; --",
  // Topics, addresses, paths.
  '#',
  '+',
  '$SYS/x',
  'a/b/#',
  '../../etc/passwd',
  'C:\\con',
  '/dev/null',
  'a@b/c',
  'xmpp:a@b',
  'file:///',
  // Lines that a protocol might take for its own.
  '{"to":"x","text":"y"}',
  'GET / HTTP/1.1',
  'event: end',
  'data: x',
  'PROXY TCP4',
  'SKN1',
  // Scripts, directions, marks.
  '你好，鸿雁',
  '亞登森林',
  'こんにちは',
  '안녕하세요',
  'Здравствуй',
  'γειά',
  'שלום',
  'مرحبا',
  'नमस्ते',
  'สวัสดี',
  '\u202eabc\u202c',
  'א\u200fב',
  'a\u0301e\u0300',
  'Å Å',
  'ﬁ ﬂ',
  'ß ẞ',
  'İi Iı',
  'ꜱᴍᴀʟʟ',
  'Z̸̢a̵l̶g̷o̴',
  '𝔘𝔫𝔦',
  // Emoji: joined, flagged, toned; the edges of planes.
  '😀',
  '👨‍👩‍👧‍👦',
  '🏳️‍🌈',
  '👍🏽',
  '🇨🇳',
  '1️⃣',
  '\u{1f9d1}\u200d\u{1f680}',
  '\u{10000}',
  '\u{10fffd}',
  '\ud7ff\ue000',
  // Invisible.
  'a\u200bb',
  'a\u200db',
  '\u2060',
  'a\u00adb',
  '\u034f',
  'a\ufe0fb',
  '\u2028',
  '\u2029',
  '\u0085',
  'x'.repeat(5_000),
  '长'.repeat(3_000),
  'word '.repeat(500).trim(),
];

const ALL_WORDS = new Set([...OWN_WORDS, ...naughtyStrings, '\u0000', 'a\u0007b', '\uffff']);

/** Words that must arrive as they are, in any protocol: of this suite, and of the list that testers share. */
export const ODD_WORDS: readonly string[] = [...ALL_WORDS].filter(
  (word) => word !== '' && !UNWRITABLE_IN_XML.test(word),
);

/** Those that a protocol of XML has no form for, not even as references. */
export const CONTROL_WORDS: readonly string[] = [...ALL_WORDS].filter((word) => UNWRITABLE_IN_XML.test(word));

/** Characters that XML 1.0 §2.2 can carry, from all over Unicode: other protocols carry these as well. */
export function randomWords(random: SeededRandom, countMax: number): string {
  const count = 1 + random.int(countMax);
  let words = '';
  while (words.length < count) words += String.fromCodePoint(randomCodePoint(random));
  return words;
}

function randomCodePoint(random: SeededRandom): number {
  for (;;) {
    const ranges = [0x80, 0x800, 0x3000, 0x1_0000, 0x11_0000] as const;
    const codePoint = random.int(ranges[random.int(ranges.length)] ?? 0x80);
    const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
    if (codePoint >= 0x20 && !isSurrogate && codePoint !== 0xfffe && codePoint !== 0xffff) return codePoint;
  }
}
