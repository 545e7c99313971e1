import type { ReactNode } from 'react';
import { useI18n } from '../i18n/i18n.tsx';

export type ReceiptState = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed';

/** One glyph that fills up: hollow, dot, half, full; a notch when it failed. Readable without colour. */
export function RingReceipt({ state }: { state: ReceiptState }): ReactNode {
  const { t } = useI18n();
  return (
    <svg className="ring" data-state={state} viewBox="0 0 12 12" role="img" aria-label={t(`state.${state}`)}>
      <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      {state === 'sent' ? <circle cx="6" cy="6" r="1.75" fill="currentColor" /> : null}
      {state === 'delivered' ? <path d="M6 1.5 a4.5 4.5 0 0 1 0 9 z" fill="currentColor" /> : null}
      {state === 'read' ? <circle cx="6" cy="6" r="4.5" fill="currentColor" /> : null}
      {state === 'failed' ? (
        <path d="M6 3.2 v3.4 M6 8.4 v0.4" stroke="currentColor" strokeWidth="1.6" />
      ) : null}
    </svg>
  );
}
