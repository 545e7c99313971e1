import type { Random } from '@skein/model';

/** 256 bits: not to be guessed, whatever the number of tries. */
const TOKEN_BYTES = 32;
/** 80 bits, used once and short-lived: long enough not to be guessed, short enough to be typed. */
const INVITATION_BYTES = 10;
const SESSION_ID_BYTES = 12;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const CHARACTER_BITS = 6;

/** [AC1] A secret that signs a device in. It exists in full only on its way to the device; what is kept is its hash. */
export function newToken(random: Random): string {
  return toBase64Url(random.bytes(TOKEN_BYTES));
}

export function newInvitationCode(random: Random): string {
  return toBase64Url(random.bytes(INVITATION_BYTES));
}

export function newSessionId(random: Random): string {
  return toBase64Url(random.bytes(SESSION_ID_BYTES));
}

/** RFC 4648 §5 without padding: safe in a URL, a header, a file name. */
export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let heldBits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    heldBits += 8;
    while (heldBits >= CHARACTER_BITS) {
      heldBits -= CHARACTER_BITS;
      text += ALPHABET[(held >>> heldBits) & 0x3f];
    }
    held &= (1 << heldBits) - 1;
  }
  if (heldBits > 0) text += ALPHABET[(held << (CHARACTER_BITS - heldBits)) & 0x3f];
  return text;
}
