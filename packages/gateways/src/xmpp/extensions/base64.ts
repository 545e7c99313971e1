const SPACES = /[ \t\r\n]/g;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** RFC 4648 §4, with line breaks, which XEP-0084 §4.1 and XEP-0054 take; null for what is something else. */
export function decodeBase64(text: string): Uint8Array | null {
  const dense = text.replaceAll(SPACES, '');
  return BASE64.test(dense) ? Buffer.from(dense, 'base64') : null;
}
