import fc from 'fast-check';

const anyPoint = fc.oneof(
  fc.nat({ max: 0x7f }),
  fc.nat({ max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0xffff }),
  fc.integer({ min: 0x10000, max: 0x10ffff }),
);

/** Well-formed text of all planes. (fast-check's own takes half a second to get ready.) */
export function anyText(size: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.array(anyPoint, { maxLength: 100, ...size }).map((points) => String.fromCodePoint(...points));
}
