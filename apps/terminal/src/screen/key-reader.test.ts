import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Key, KeyReader } from './key-reader.ts';

describe('KeyReader', () => {
  it.each([
    ['letters', 'hi', ['hi']],
    ['Chinese and emoji', '你好👍', ['你好👍']],
    ['Enter and a new line', 'a\r\n', ['a', 'enter', 'newline']],
    ['Alt+Enter', '\u001B\r', ['newline']],
    ['arrows of both kinds', '\u001B[A\u001BOB', ['up', 'down']],
    ['paging', '\u001B[5~\u001B[6~', ['page-up', 'page-down']],
    ['Ctrl+arrow', '\u001B[1;5B', ['next']],
    ['what nobody knows', 'a\u001B[99;99zb\u001BXc\u0000d', ['a', 'b', 'c', 'd']],
    ['Escape, then a control key', '\u001B\u0003', ['escape', 'interrupt']],
    ['a mouse report', '\u001B[<0;10;10M', []],
  ])('understands %s', (_, typed, keys) => {
    expect(namesOf(new KeyReader().read(bytesOf(typed)))).toEqual(keys);
  });

  it('gives a paste as one piece, whatever is in it', () => {
    const keys = new KeyReader().read(bytesOf('\u001B[200~rm -rf\r\u0003\u001B[A\u001B[201~x'));
    expect(keys).toEqual([
      { type: 'paste', text: 'rm -rf\r\u0003\u001B[A' },
      { type: 'text', text: 'x' },
    ]);
  });

  it('keeps a bounded part of a paste without end, and goes on after its end', () => {
    const reader = new KeyReader();
    reader.read(bytesOf('\u001B[200~'));
    for (let chunk = 0; chunk < 200; chunk++) expect(reader.read(bytesOf('x'.repeat(1000)))).toEqual([]);
    reader.read(bytesOf('\u001B[20'));
    const [paste, ...after] = reader.read(bytesOf('1~y'));
    expect(paste?.type === 'paste' && paste.text.length).toBe(65_536);
    expect(after).toEqual([{ type: 'text', text: 'y' }]);
  });

  it('knows Escape by what does not follow', () => {
    const reader = new KeyReader();
    expect(reader.read(bytesOf('\u001B'))).toEqual([]);
    expect(reader.isWaiting).toBe(true);
    expect(reader.flush()).toEqual([{ type: 'escape' }]);
    expect(reader.isWaiting).toBe(false);
    expect(namesOf(reader.read(bytesOf('[A')))).toEqual(['[A']);
  });

  it('gives the same keys however the bytes are cut', () => {
    const typed = bytesOf('你\u001B[A\u001B[200~a\u001B[B\r\u001B[201~é\r\u001BOH\u001B[1;3A👨‍👩‍👧\u0003');
    const whole = joined(new KeyReader().read(typed));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: typed.length - 1 })), (cuts) => {
        const reader = new KeyReader();
        const edges = [0, ...new Set(cuts), typed.length].toSorted((a, b) => a - b);
        const keys = edges.flatMap((edge, index) => reader.read(typed.subarray(edges[index - 1] ?? 0, edge)));
        expect(joined(keys)).toEqual(whole);
      }),
    );
  });

  it('never throws and never types a control character, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const reader = new KeyReader();
        const keys = [...reader.read(bytes), ...reader.flush()];
        const texts = keys.flatMap((key) => (key.type === 'text' ? Array.from(key.text) : []));
        expect(texts.filter((each) => (each.codePointAt(0) ?? 0) < 32)).toEqual([]);
      }),
    );
  });
});

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function namesOf(keys: readonly Key[]): string[] {
  return keys.map((key) => (key.type === 'text' ? key.text : key.type));
}

/** Letters may come one by one; what they say is the same. */
function joined(keys: readonly Key[]): string {
  return keys
    .map((key) => (key.type === 'text' ? key.text : key.type === 'paste' ? `<${key.text}>` : `<${key.type}>`))
    .join('');
}
