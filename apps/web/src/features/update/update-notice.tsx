import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { useClient } from '../../live/client-context.tsx';
import { useLive } from '../../live/use-live.ts';
import { currentUpdate, lookForUpdate, subscribeToUpdate } from './kept-page.ts';

/** Offers the new version and never takes it by itself: somebody may be writing. */
export function UpdateNotice(): ReactNode {
  const { t } = useI18n();
  const isOnline = useLive(useClient().connection).state === 'online';
  const update = useSyncExternalStore(subscribeToUpdate, currentUpdate);
  // A server that was away may have been replaced meanwhile.
  useEffect(() => {
    if (isOnline) lookForUpdate();
  }, [isOnline]);
  return (
    <div className="update" role="status">
      {update === null ? null : (
        <p>
          <span>{t('update.ready')}</span>
          <button type="button" className="quiet" onClick={update}>
            {t('update.use')}
          </button>
        </p>
      )}
    </div>
  );
}
