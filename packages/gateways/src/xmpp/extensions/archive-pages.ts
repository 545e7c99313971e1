import { ENTRY_KIND } from '@skein/model';
import type { ToldEntry } from '../../session/client/entry-order.ts';
import type { Place } from '../session/conversation-book.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { errorForRefusal, StanzaError } from '../stream/stanza-error.ts';

/** An entry with the conversation that it is in. */
export interface Archived {
  readonly place: Place;
  readonly entry: ToldEntry;
}

/** A moment in an archive: everything is ordered by time, then by conversation, then by seq. */
export interface Moment {
  readonly timeMs: number;
  readonly conversation: number;
  readonly seq: number;
}

export interface PageRange {
  /** Exclusive. */
  readonly after: Moment | null;
  readonly before: Moment | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly max: number;
  /** The newest of the range instead of the oldest. */
  readonly isBackwards: boolean;
}

export interface ArchivePage {
  readonly entries: readonly Archived[];
  readonly isComplete: boolean;
}

const ARCHIVED: ReadonlySet<number> = new Set([
  ENTRY_KIND.message,
  ENTRY_KIND.edit,
  ENTRY_KIND.recall,
  ENTRY_KIND.reaction,
]);

/** A stretch of one log, or of several put together by time. Errors: rejects with StanzaError. */
export async function readPage(
  session: XmppSession,
  places: readonly Place[],
  range: PageRange,
): Promise<ArchivePage> {
  const pages = [];
  for (const place of places) pages.push(await readPlace(session, place, range));
  const all = pages.flatMap(({ entries }) => entries).sort(byMoment);
  const entries = range.isBackwards
    ? all.slice(Math.max(0, all.length - range.max))
    : all.slice(0, range.max);
  const isComplete = entries.length === all.length && pages.every((page) => page.isComplete);
  return { entries, isComplete };
}

/** Of one conversation at most one entry more than wanted, so that it is known whether there are more. */
async function readPlace(session: XmppSession, place: Place, range: PageRange): Promise<ArchivePage> {
  const wanted = range.max + 1;
  const bounds = await boundsOf(session, place, range);
  const entries: Archived[] = [];
  let { from, to } = bounds;
  while (from <= to && entries.length < wanted) {
    const limit = Math.min(session.host.deps.core.limits.pageEntriesMax, wanted);
    const page = await history(session, place, { from, to, limit, newest: range.isBackwards });
    const first = page[0];
    const last = page.at(-1);
    if (first === undefined || last === undefined) break;
    const fitting = page.filter((entry) => isInRange(entry, place, range)).map((entry) => ({ place, entry }));
    if (range.isBackwards) {
      entries.unshift(...fitting);
      to = first.seq - 1;
    } else {
      entries.push(...fitting);
      from = last.seq + 1;
    }
  }
  return { entries, isComplete: entries.length < wanted };
}

function isInRange(entry: ToldEntry, place: Place, { after, before, startMs, endMs }: PageRange): boolean {
  if (!ARCHIVED.has(entry.kind === 0 ? ENTRY_KIND.message : entry.kind)) return false;
  if (entry.timeMs < startMs || entry.timeMs > endMs) return false;
  const moment = momentOf(entry, place);
  return (after === null || compare(moment, after) > 0) && (before === null || compare(moment, before) < 0);
}

/** The seqs between which the range lies, so that nothing else has to be read. */
async function boundsOf(
  session: XmppSession,
  place: Place,
  { after, before, startMs, endMs }: PageRange,
): Promise<{ from: number; to: number }> {
  const { first, head } = place;
  const isHere = (moment: Moment | null): moment is Moment => moment?.conversation === place.number;
  const fromMs = Math.max(startMs, after?.timeMs ?? 0);
  const toMs = Math.min(endMs, before?.timeMs ?? Number.MAX_SAFE_INTEGER);
  const from = isHere(after) ? after.seq + 1 : await firstSince(session, place, fromMs);
  if (isHere(before)) return { from, to: before.seq - 1 };
  const to = toMs >= Number.MAX_SAFE_INTEGER ? head : (await firstSince(session, place, toMs + 1)) - 1;
  return { from: Math.max(first, from), to };
}

/** The first seq whose time is not before this; behind the head when there is none. Times grow with seqs. */
async function firstSince(session: XmppSession, place: Place, timeMs: number): Promise<number> {
  let low = Math.max(1, place.first);
  let high = place.head + 1;
  if (timeMs <= 0) return low;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await history(session, place, { from: middle, to: middle, limit: 1, newest: false });
    if (entry !== undefined && entry.timeMs < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

export async function history(
  session: XmppSession,
  { number }: Place,
  range: { from: number; to: number; limit: number; newest: boolean },
): Promise<readonly ToldEntry[]> {
  const answer = await session.client.askUntilAnswered({
    case: 'history',
    value: { conversation: number, ...range },
  });
  if ('case' in answer) return answer.case === 'history' ? answer.value.entries : [];
  throw answer.outcome === 'refused' ? errorForRefusal(answer.code) : new StanzaError('resource-constraint');
}

export function momentOf({ timeMs, seq }: ToldEntry, { number }: Place): Moment {
  return { timeMs, conversation: number, seq };
}

function byMoment(a: Archived, b: Archived): number {
  return compare(momentOf(a.entry, a.place), momentOf(b.entry, b.place));
}

function compare(a: Moment, b: Moment): number {
  return a.timeMs - b.timeMs || a.conversation - b.conversation || a.seq - b.seq;
}
