const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CANONICAL = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const VALUES = new Map(Array.from(ALPHABET, (character, value) => [character, value]));

/** RFC 4648 §4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    const has = Math.min(3, bytes.length - at);
    for (let place = 0; place < 4; place++) {
      text += place > has ? '=' : ALPHABET[(bits >>> (18 - 6 * place)) & 0x3f];
    }
  }
  return text;
}

/** Null for anything that is no base64 with its padding. */
export function fromBase64(text: string): Uint8Array | null {
  if (!CANONICAL.test(text)) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let at = 0, from = 0; from < text.length; from += 4) {
    let bits = 0;
    for (let place = 0; place < 4; place++) bits = (bits << 6) | (VALUES.get(text[from + place] ?? '') ?? 0);
    for (let shift = 16; shift >= 0 && at < bytes.length; shift -= 8) bytes[at++] = (bits >>> shift) & 0xff;
  }
  return bytes;
}
