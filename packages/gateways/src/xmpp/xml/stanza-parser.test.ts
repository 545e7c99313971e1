import { LIMITS } from '@skein/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamError } from '../stream/stream-error.ts';
import { type Element, textOf } from './element.ts';
import { StanzaParser } from './stanza-parser.ts';
import { writeElement, xml, xmlText } from './write-xml.ts';

const OPEN =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
const STANZAS = [
  "<message to='a@b' xml:lang='zh'><body>你好 &lt;&amp;&#x1F600;&gt; 😀</body><x xmlns='urn:x'><y/></x></message>",
  '<iq type="get" id="1"><query xmlns="jabber:iq:roster"/></iq>',
  "<p:presence xmlns:p='jabber:client'><p:show>away</p:show></p:presence>",
  '<message><body><![CDATA[<not markup>]]></body></message>',
];

/** Every code point, lone surrogates and controls included. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 20 })
  .map((points) => String.fromCodePoint(...points));

/** Mostly the one, now and then the other. */
function mostly(...often: string[]) {
  return (...seldom: string[]) =>
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...often) },
      { weight: 1, arbitrary: fc.constantFrom(...seldom) },
    );
}

/** XML as clients write it, and what is near to it. */
const { nearlyPlain } = fc.letrec<{ nearlyPlain: string; attribute: string; inside: string }>((tie) => ({
  nearlyPlain: fc
    .tuple(
      mostly('message', 'iq', 'x.y-z', '_b')('p:a', '你'),
      fc.array(tie('attribute'), { maxLength: 3 }),
      fc.array(tie('inside'), { maxLength: 3 }),
      mostly('')(' ', '\n'),
    )
    .map(([name, attributes, inside, space]) =>
      inside.length === 0
        ? `<${name}${attributes.join('')}${space}/>`
        : `<${name}${attributes.join('')}${space}>${inside.join('')}</${name}${space}>`,
    ),
  attribute: fc
    .tuple(
      mostly(' ')('  ', '\t', ''),
      mostly('id', 'to', 'from', 'type', 'xmlns', 'xml:lang', '__proto__')('xmlns:p', 'p:q', 'p:', '你'),
      mostly("'v'", '"v"', `'"'`, `"'"`, "'a>b'", "''", "'你 😀'")("'&lt;'", "'a\tb'", 'v', "'\ufffe'"),
    )
    .map(([space, name, value]) => `${space}${name}=${value}`),
  inside: fc.oneof(
    { depthSize: 'small' },
    mostly(
      'text',
      '你好 😀',
      ' ',
      '\n',
      ']]',
      '>',
      '\u007f',
    )('a\r\nb', '&amp;', ']]>', '<![CDATA[<]]>', '\ufffe'),
    tie('nearlyPlain'),
  ),
}));
const odd = fc.constantFrom(
  '<',
  '>',
  '/',
  '&',
  "'",
  '"',
  '=',
  ' ',
  '\0',
  '<!-- -->',
  '<a',
  '</a>',
  '</stream:stream>',
  'x',
  ':',
);

describe('the parser of streams', () => {
  it('[XM1] gives the same stanzas wherever the bytes are split', () => {
    const bytes = Buffer.from(`${OPEN}\n${STANZAS.join(' \n ')}</stream:stream>`);
    const whole = parse([bytes]);
    expect(whole.map(({ name, ns }) => `${ns} ${name}`)).toEqual([
      'jabber:client message',
      'jabber:client iq',
      'jabber:client presence',
      'jabber:client message',
    ]);
    expect(JSON.stringify(whole[0])).toContain('你好 <&😀> 😀');
    expect(parse([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(parse(pieces)).toEqual(whole);
      }),
    );
  });

  it.each([
    ['a document type', "<!DOCTYPE x [<!ENTITY a 'b'>]>", 'restricted-xml'],
    ['a document type in the stream', `${OPEN}<!DOCTYPE x>`, 'not-well-formed'],
    ['a processing instruction', `${OPEN}<?php x?>`, 'restricted-xml'],
    ['a comment', `${OPEN}<!-- x -->`, 'restricted-xml'],
    ['an entity of its own', `${OPEN}<message><body>&lol;</body></message>`, 'restricted-xml'],
    ['a naked ampersand', `${OPEN}<message><body>Capulet & Montague`, 'not-well-formed'],
    ['a naked ampersand in an attribute', `${OPEN}<message id='a&b'/>`, 'not-well-formed'],
    ['an ampersand before a tag', `${OPEN}<message><body>a &amp</body>`, 'not-well-formed'],
    ['a character by no number', `${OPEN}<message><body>&#xyz`, 'not-well-formed'],
    ['the beginning of an entity of its own', `${OPEN}<message><body>&lollipop`, 'restricted-xml'],
    ['an entity that objects inherit', `${OPEN}<message><body>&constructor;</body>`, 'restricted-xml'],
    ['another encoding', "<?xml version='1.0' encoding='iso-8859-1'?>", 'unsupported-encoding'],
    ['tags that do not fit', `${OPEN}<message></iq>`, 'not-well-formed'],
    ['an attribute twice', `${OPEN}<message a='1' a='2'/>`, 'not-well-formed'],
    ['a prefix that means nothing', `${OPEN}<x:message/>`, 'bad-namespace-prefix'],
    ['a prefix of an attribute that means nothing', `${OPEN}<message x:a='1'/>`, 'bad-namespace-prefix'],
    ['a prefix that is taken away', `${OPEN}<message xmlns:x=''/>`, 'bad-namespace-prefix'],
    ['text between stanzas', `${OPEN}hello<message/>`, 'bad-format'],
  ])('[XM2] ends the stream for %s', (_what, text, condition) => {
    expect(failureOf([Buffer.from(text)])).toBe(condition);
  });

  it('[XM2] ends the stream for bytes that are no UTF-8', () => {
    for (const bytes of [
      [0xff],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xe4, 0xbd, 0x41],
      [0xf5, 0x80, 0x80, 0x80],
    ]) {
      expect(failureOf([Buffer.from(OPEN), Buffer.from(bytes), Buffer.from('<a/>')])).toBe('bad-format');
    }
  });

  it.each([
    ['deep', `${'<a>'.repeat(40)}`],
    ['full of elements', `<a>${'<b/>'.repeat(2_100)}</a>`],
    ['full of attributes', `<a ${Array.from({ length: 70 }, (_, index) => `a${index}=''`).join(' ')}/>`],
    ['long', `<a>${'x'.repeat(LIMITS.frameBytesMax)}</a>`],
    ['long in its tag', `<a b='${'x'.repeat(LIMITS.frameBytesMax)}'/>`],
    ['long in its name', `<${'a'.repeat(LIMITS.frameBytesMax + 10)}`],
  ])('[XM3] ends the stream for a stanza that is too %s', (_what, text) => {
    expect(failureOf([Buffer.from(OPEN), Buffer.from(text)])).toBe('policy-violation');
  });

  it('[XM3] counts each stanza alone, and gathers no white space between them', () => {
    const stanza = Buffer.from(`<a>${'x'.repeat(100_000)}</a>`);
    expect(parse([Buffer.from(OPEN), stanza, stanza, stanza, stanza])).toHaveLength(4);
    const spaces = Array.from({ length: 300 }, () => Buffer.alloc(1_000, ' '));
    expect(parse([Buffer.from(OPEN), ...spaces, Buffer.from('<a/>')])).toHaveLength(1);
  });

  it('[XM1] reads a stanza that came as a whole as one of which nothing could be seen ahead', () => {
    fc.assert(
      fc.property(
        fc.array(nearlyPlain, { minLength: 1, maxLength: 4 }),
        odd,
        fc.nat(400),
        (parts, sign, at) => {
          const said = parts.join('');
          // As it is, and with something somewhere that may not be there.
          for (const text of [said, `${said.slice(0, at)}${sign}${said.slice(at)}`]) {
            const bytes = Buffer.from(text);
            const whole = outcomeOf([Buffer.from(OPEN), bytes]);
            const byByte = outcomeOf([Buffer.from(OPEN), ...[...bytes].map((byte) => Uint8Array.of(byte))]);
            expect(whole.stanzas).toEqual(byByte.stanzas);
            // What is wrong with an ampersand is judged by what stands behind it so far.
            const [one, other] = [whole, byByte].map(({ condition }) =>
              text.includes('&') ? condition !== null : condition,
            );
            expect(one).toBe(other);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['deep', `${'<a>'.repeat(31)}${'</a>'.repeat(31)}`, 1],
    ['full of elements', `<a>${'<b/>'.repeat(1_999)}</a>`, 1],
    ['full of attributes', `<a ${Array.from({ length: 64 }, (_, index) => `a${index}=''`).join(' ')}/>`, 1],
    ['deep', `${'<a>'.repeat(32)}${'</a>'.repeat(32)}`, 'policy-violation'],
    ['full of elements', `<a>${'<b/>'.repeat(2_000)}</a>`, 'policy-violation'],
    [
      'full of attributes',
      `<a ${Array.from({ length: 65 }, (_, index) => `a${index}=''`).join(' ')}/>`,
      'policy-violation',
    ],
  ] as const)('[XM3] has one limit however a stanza comes: %s', (_what, text, expected) => {
    const whole = outcomeOf([Buffer.from(OPEN), Buffer.from(text)]);
    expect(typeof expected === 'number' ? whole.stanzas.length : whole.condition).toBe(expected);
    const byByte = [...Buffer.from(text)].map((byte) => Uint8Array.of(byte));
    expect(outcomeOf([Buffer.from(OPEN), ...byByte])).toEqual(whole);
  });

  it('[XM2] never breaks, whatever comes', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '/',
      "a='",
      "'",
      '"',
      '&',
      ';',
      '&#',
      '<![CDATA[',
      ']]>',
      '<?',
      '<!',
      'a',
      ':',
      ' ',
      'xmlns',
      '=',
      '\u0000',
      '你',
      ...STANZAS,
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        failureOf([Buffer.from(OPEN), ...parts.map((part) => Buffer.from(part))]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the writer of stanzas', () => {
  it('[XM1] writes what the parser reads again', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, attribute) => {
        const expected = (value: string): string =>
          // oxlint-disable-next-line no-control-regex
          value.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
        const written = xml('message', { id: attribute }, xml('body', {}, xmlText(text)));
        const [read] = parse([Buffer.from(OPEN), Buffer.from(written)]);
        expect(read?.attrs['id']).toBe(expected(attribute));
        const [body] = (read?.children ?? []) as Element[];
        expect(textOf(body)).toBe(expected(text));
      }),
      { numRuns: 60 },
    );
  });

  it('[XM1] keeps namespaces when it passes an element on', () => {
    const [read] = parse([
      Buffer.from(`${OPEN}<iq><a:q xmlns:a='urn:a'><b xmlns='urn:b'><a:c/></b></a:q></iq>`),
    ]);
    expect(writeElement(read as Element, 'jabber:client')).toBe(
      "<iq><q xmlns='urn:a'><b xmlns='urn:b'><c xmlns='urn:a'/></b></q></iq>",
    );
  });
});

function parse(pieces: readonly Uint8Array[], stanzas: Element[] = []): Element[] {
  const events = {
    opened: () => undefined,
    stanza: (stanza: Element) => stanzas.push(plain(stanza)),
    closed: () => undefined,
  };
  const parser = new StanzaParser(events, LIMITS);
  for (const piece of pieces) parser.write(piece);
  return stanzas;
}

function plain({ name, ns, attrs, children }: Element): Element {
  const inside = children.map((child) => (typeof child === 'string' ? child : plain(child)));
  return { name, ns, attrs: { ...attrs }, children: inside };
}

function failureOf(pieces: readonly Uint8Array[]): string | null {
  return outcomeOf(pieces).condition;
}

/** All that was told, and why no more. */
function outcomeOf(pieces: readonly Uint8Array[]): { stanzas: Element[]; condition: string | null } {
  const stanzas: Element[] = [];
  try {
    parse(pieces, stanzas);
    return { stanzas, condition: null };
  } catch (error) {
    if (error instanceof StreamError) return { stanzas, condition: error.condition };
    throw error;
  }
}
