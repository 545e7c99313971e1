import { readFile } from 'node:fs/promises';

/**
 * A play as data: who is in it, and what each of them says, in order.
 *
 * Reads the layout of `as-you-like-it.txt` (SOURCE.md). The title stands alone before the list of
 * characters and before every scene; blocks are parted by blank lines; a tab parts the speaker, if the
 * block names one, from the words:
 *
 *   ORLANDO<TAB>Go apart, Adam, and thou shalt hear how he will
 *   <TAB>shake me up.
 *
 *   <TAB>[Enter OLIVER]
 */
export interface Script {
  readonly title: string;
  readonly cast: readonly CastMember[];
  readonly speeches: readonly Speech[];
}

export interface CastMember {
  /** Matches `[A-Za-z][A-Za-z0-9_-]{0,63}`, so it can serve as a user id. */
  readonly id: string;
  readonly name: string;
}

export interface Speech {
  /** From 1. */
  readonly act: number;
  /** From 1 in each act; the epilogue is one more scene of the last act. */
  readonly scene: number;
  /** The id of a cast member. */
  readonly speaker: string;
  /** Lines are parted by one line feed, stanzas by two; stage directions are left out. */
  readonly text: string;
  /** Of the whole speech: the play marks where an aside begins, not where it ends. */
  readonly stageAudience?: 'all' | 'aside';
}

type Place = Pick<Speech, 'act' | 'scene'>;
type CastByPrefix = ReadonlyMap<string, CastMember>;

interface Turn {
  readonly speaker: string;
  readonly isSong: boolean;
  isAside: boolean;
  text: string;
}

const PLAY = new URL('./as-you-like-it.txt', import.meta.url);
const HEADING = /^\s*(?:ACT (?<act>[IVX]+)\s+SCENE (?<scene>[IVX]+)\t.*|EPILOGUE)\s*\n/;
const BLOCK = /^(?<song>\tSONG\.\n)?(?<prefix>[^\t\n]*)\t(?:\[(?<direction>[^\]]*)\]\s*)?(?<words>[^]*)$/;
const ROMAN_NUMERALS = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X'];

/** Reads the play beside this file; throws when it is not UTF-8. */
export async function readScript(): Promise<Script> {
  return parseScript(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(PLAY)));
}

/** Throws on a scene without a heading, and on a speech by someone who is not in the list of characters. */
export function parseScript(source: string): Script {
  const titleLine = source.slice(0, source.indexOf('\n') + 1);
  const [, personae = '', ...scenes] = source.split(titleLine);
  const cast = parseCast(personae);
  const speeches: Speech[] = [];
  let place: Place = { act: 1, scene: 0 };
  for (const scene of scenes) {
    const heading = HEADING.exec(scene);
    if (heading === null) throw new Error(`no heading in the scene after ${place.act}.${place.scene}`);
    place = toPlace(heading.groups, place);
    speeches.push(...parseScene(scene.slice(heading[0].length), place, cast));
  }
  return { title: toName(titleLine.trim()), cast: [...cast.values()], speeches };
}

/** Characters by what stands before their speeches: the name in capitals, or the one in `(…:)` instead. */
function parseCast(personae: string): CastByPrefix {
  const [list = ''] = personae.split(/^SCENE\t/m);
  const prefixes = list.matchAll(/\((?<given>[^():]+):\)|^(?<plain>[A-Z][A-Z ]*)(?=\t| \()/gm);
  const cast = new Map<string, CastMember>();
  for (const { groups } of prefixes) {
    const prefix = groups?.['given'] ?? groups?.['plain'] ?? '';
    const name = toName(prefix);
    cast.set(prefix, { id: name.toLowerCase().replaceAll(' ', '-'), name });
  }
  return cast;
}

function toPlace(heading: RegExpExecArray['groups'], previous: Place): Place {
  const { act, scene } = heading ?? {};
  if (act === undefined || scene === undefined) return { ...previous, scene: previous.scene + 1 };
  return { act: ROMAN_NUMERALS.indexOf(act) + 1, scene: ROMAN_NUMERALS.indexOf(scene) + 1 };
}

function parseScene(scene: string, place: Place, cast: CastByPrefix): Speech[] {
  const turns: Turn[] = [];
  let isAfterDirection = false;
  for (const block of scene.split(/\n\s*\n/)) {
    const { song, prefix, direction = '', words = '' } = BLOCK.exec(block)?.groups ?? {};
    const isSong = song !== undefined;
    if (prefix) turns.push({ speaker: idOf(prefix, cast), isSong, isAside: false, text: '' });
    else if (isSong) turns.push({ speaker: singerAfter(turns), isSong, isAside: false, text: '' });

    const turn = turns.at(-1);
    if (turn === undefined) continue;
    if (direction.startsWith('Aside')) turn.isAside = true;
    if (words !== '') turn.text = join(turn.text, toText(words), isAfterDirection ? '\n' : '\n\n');
    isAfterDirection = words === '';
  }
  return turns.map(({ speaker, text, isAside }) => ({
    ...place,
    speaker,
    text,
    stageAudience: isAside ? 'aside' : 'all',
  }));
}

/** A song that names nobody is taken up by whoever sang before in the scene, else by the last speaker. */
function singerAfter(turns: readonly Turn[]): string {
  const singer = turns.findLast(({ isSong }) => isSong) ?? turns.at(-1);
  if (singer === undefined) throw new Error('a scene opens with a song that names nobody');
  return singer.speaker;
}

function idOf(prefix: string, cast: CastByPrefix): string {
  const member = cast.get(prefix);
  if (member === undefined) throw new Error(`"${prefix}" is not in the list of characters`);
  return member.id;
}

/** A tab inside a line stands where a colon is wanting: three lines, see SOURCE.md. */
function toText(words: string): string {
  const lines = words.split('\n').map((line) => line.trim().replaceAll('\t', ': '));
  return lines.join('\n').trim();
}

function join(before: string, after: string, separator: string): string {
  return before === '' ? after : before + separator + after;
}

/** `JAQUES DE BOYS` → `Jaques de Boys`. */
function toName(capitals: string): string {
  const words = capitals.split(' ').map((word) => word.charAt(0) + word.slice(1).toLowerCase());
  return words.join(' ').replace(/ De /, ' de ');
}
