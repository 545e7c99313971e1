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

function parse(pieces: readonly Uint8Array[]): Element[] {
  const stanzas: Element[] = [];
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
  try {
    parse(pieces);
    return null;
  } catch (error) {
    if (error instanceof StreamError) return error.condition;
    throw error;
  }
}
