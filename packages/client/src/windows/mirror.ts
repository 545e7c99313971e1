import type { EngineParts } from '../engine/engine-parts.ts';
import type { Identity } from '../engine/model/model.ts';
import type { CacheBatch, ConversationRow } from '../engine/ports/cache-store.ts';
import type { Told } from './window-words.ts';

const DRAFT = 'draft:';

/** What another window stored, into this window's memory. Whatever was there before stays the same object where it is equal. */
export function mirrorBatch(
  { model, logs }: EngineParts,
  batch: Pick<CacheBatch, 'clear' | 'values' | 'users' | 'conversations' | 'entries'>,
  isOwnDraft: (to: string, text: string | null) => boolean,
): void {
  if (batch.clear) {
    // The rest of what is kept comes along with a batch that clears.
    model.reset([]);
    logs.clear();
  }
  for (const user of batch.users) model.putUser(user);
  for (const [key, value] of batch.values) {
    if (key === 'me' && value !== null) model.setMe(JSON.parse(value) as Identity);
    else if (!key.startsWith(DRAFT)) model.setValue(key, value);
    else if (!isOwnDraft(key.slice(DRAFT.length), value)) {
      model.setValue(key, value);
      model.changes.drafts.add(key.slice(DRAFT.length));
    }
  }
  for (const row of batch.conversations) {
    const known = model.conversation(row.number);
    model.put(known === undefined ? row : merged(known, row));
  }
  for (const entry of batch.entries) {
    const log = logs.get(entry.conversation);
    log?.add(entry);
    log?.markLoaded({ from: entry.seq, to: entry.seq });
  }
}

/** What changed there besides the store. */
export function mirrorTold({ model, outbox, logs, typing }: EngineParts, told: Told): void {
  for (const { row, outcome, entry } of told.outbox) {
    outbox.mirror(row, outcome);
    if (entry !== null) logs.sent(row, entry);
    model.changes.outbox.set(row.order, { row, outcome, entry });
  }
  for (const happened of told.occurrences) {
    // Ends by itself here as it does there.
    if (happened.type === 'typing') typing.heard(happened.conversation, happened.user, happened.isTyping);
    else model.changes.occurrences.push(happened);
  }
  if (told.isSynced) model.changes.synced = true;
}

/** [WN4] What was read here counts at once, whatever the leader knew when it wrote. */
function merged(known: ConversationRow, row: ConversationRow): ConversationRow {
  const next: Record<string, unknown> = {
    ...row,
    localRead: known.localRead.seq > row.localRead.seq ? known.localRead : row.localRead,
  };
  const before = known as unknown as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(next)) {
    if (JSON.stringify(next[key]) === JSON.stringify(before[key])) next[key] = before[key];
  }
  return next as unknown as ConversationRow;
}
