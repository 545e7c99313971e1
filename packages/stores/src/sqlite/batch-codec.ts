import type { CommitBatch, ConversationRow, MemberRow, RefusalRow, SentKeyRow } from '@skein/core';
import { writeEntry } from './entry-codec.ts';
import { Packer } from './packer.ts';

/** How a role is packed: its place here. */
export const ROLES = [null, 'member', 'admin', 'owner'] as const;

// One for all batches: it has grown to the size they need.
const packer = new Packer();

/**
 * Packs a batch into one buffer of its own, which then moves to the writer's thread without being copied or cloned row by
 * row. `applyBatch` reads it in the same order.
 */
export function packBatch(batch: CommitBatch): ArrayBuffer {
  packer.number(batch.position);
  packer.number(batch.entries.length);
  for (const entry of batch.entries) writeEntry(packer, entry);
  packer.number(batch.members.length);
  for (const member of batch.members) writeMember(packer, member);
  packer.number(batch.conversations.length);
  for (const conversation of batch.conversations) writeConversation(packer, conversation);
  packer.number(batch.refusals.length);
  for (const refusal of batch.refusals) writeRefusal(packer, refusal);
  packer.number(batch.redactions.length);
  for (const { conversation, seq } of batch.redactions) {
    packer.number(conversation);
    packer.number(seq);
  }
  packer.number(batch.sentKeys.length);
  for (const row of batch.sentKeys) writeSentKey(packer, row);
  return packer.finish();
}

function writeMember(p: Packer, row: MemberRow): void {
  p.number(row.conversation);
  p.number(row.user);
  p.number(ROLES.indexOf(row.role));
  p.number(row.firstSeq);
  p.number(row.leftSeq);
  p.number(row.joinedSeq);
  p.number(row.deliveredSeq);
  p.number(row.readSeq);
  p.number(row.readOrdinal);
  p.number(row.readOwn);
  p.number(row.position);
}

function writeConversation(p: Packer, row: ConversationRow): void {
  p.number(row.id);
  p.text(row.kind);
  p.text(row.title);
  p.number(row.isOpen ? 1 : 0);
  p.text(row.key);
  p.number(row.createdAtMs);
  p.text(JSON.stringify([...row.attributes]));
}

function writeRefusal(p: Packer, row: RefusalRow): void {
  p.number(row.conversation);
  p.number(row.device);
  p.number(row.counter);
  p.text(JSON.stringify(row.refusal));
  p.number(row.position);
}

function writeSentKey(p: Packer, row: SentKeyRow): void {
  p.number(row.conversation);
  p.number(row.user);
  p.text(row.key);
  p.number(row.seq);
  p.number(row.ordinal);
  p.number(row.timeMs);
  p.number(row.hash);
}
