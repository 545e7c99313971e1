import type { Connection } from '@skein/client';
import { type ReactNode, useEffect, useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { useClient } from '../../live/client-context.tsx';
import { useLive } from '../../live/use-live.ts';

// A connection that is back within this time was never worth a word.
const QUIET_MS = 2_000;

/** The one place that speaks of the connection: a thin line, and when it lasts plain words: what is and what to do. */
export function ConnectionLine(): ReactNode {
  const client = useClient();
  const connection = useLive(client.connection);
  return (
    <div className="connection" data-state={connection.state} role="status">
      <div className="ink-line" aria-hidden="true" />
      {connection.state === 'online' ? null : <Words connection={connection} />}
    </div>
  );
}

function Words({ connection }: { connection: Connection }): ReactNode {
  const { t } = useI18n();
  const client = useClient();
  const waiting = useLive(client.outbox).filter((item) => item.state !== 'failed').length;
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLong(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isLong) return null;
  // An attempt after one that failed is no news yet.
  const isAway =
    connection.state === 'offline' || (connection.state === 'connecting' && connection.attempt > 0);
  return (
    <p>
      <span>{words()}</span>
      {isAway ? (
        <button type="button" className="quiet" onClick={() => client.reconnect()}>
          {t('connection.retry')}
        </button>
      ) : null}
    </p>
  );

  function words(): string {
    if (connection.state === 'catching-up') return t('connection.catchingUp');
    if (!isAway && waiting === 0) return t('connection.connecting');
    return waiting === 0 ? t('connection.offlineIdle') : t('connection.offline', { count: waiting });
  }
}
