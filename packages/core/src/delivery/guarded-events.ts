import type { LogEvents } from '../log/log-events.ts';

/** Keeps a bug in telling from stopping the log: what was not told is found by the next sync. */
export function guardedEvents(events: LogEvents, onBug: (error: unknown) => void): LogEvents {
  const guard = (tell: () => void): void => {
    try {
      tell();
    } catch (error) {
      onBug(error);
    }
  };
  return {
    committed: (event) => guard(() => events.committed(event)),
    memberChanged: (member, change) => guard(() => events.memberChanged(member, change)),
    readMoved: (member) => guard(() => events.readMoved(member)),
  };
}
