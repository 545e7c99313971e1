// RFC 4013 §2.1: spaces of other scripts become a space, characters "commonly mapped to nothing" vanish.
const OTHER_SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu;
const MAPPED_TO_NOTHING =
  /\u00ad|\u034f|\u1806|[\u180b-\u180d]|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/gu;

/**
 * The form of a password that both sides of SCRAM hash. Nothing is refused: what may be a password was decided when it
 * was set, and a client that refuses some characters can't sign in with them anyway.
 */
export function saslPrep(text: string): string {
  return text.replaceAll(OTHER_SPACES, ' ').replaceAll(MAPPED_TO_NOTHING, '').normalize('NFKC');
}
