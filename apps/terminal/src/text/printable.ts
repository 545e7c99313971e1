/** C0 and C1 controls, DEL: what a terminal would obey instead of showing. */
// oxlint-disable-next-line no-control-regex -- they are what this is about
const CONTROLS = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g;
/** Marks that reorder everything after them, also what does not belong to the text. */
const REORDERING = /[\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069]/g;

/**
 * Text from others as it may be written to a terminal: line feeds stay, a tab becomes spaces, every other control
 * character its visible picture, so that a message can never move the cursor, change the title or answer for the person.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', '    ')
    .replaceAll(REORDERING, '')
    .replaceAll(CONTROLS, pictureOf);
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text).replaceAll(/\s*\n\s*/g, ' ⏎ ');
}

/** U+2400 and on are pictures of the first 32 characters, in order; the others have none. */
function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  return code < 32 ? String.fromCharCode(0x2400 + code) : '␡';
}
