import type { Message, MessageState } from '@skein/client';

export type ReceiptState = MessageState | 'delivered' | 'read';

/** One ring that fills up; readable without colour, one column wide. */
export const RINGS: Readonly<Record<ReceiptState, string>> = {
  queued: '○',
  sending: '○',
  sent: '⊙',
  delivered: '◐',
  read: '●',
  failed: '✗',
};

/** How far an own message has come; in a group it is the last of the others who counts. */
export function receiptOf({ state, receipts: { delivered, read, of } }: Message): ReceiptState {
  if (state !== 'sent' || of === 0) return state;
  if (read >= of) return 'read';
  return delivered >= of ? 'delivered' : 'sent';
}
