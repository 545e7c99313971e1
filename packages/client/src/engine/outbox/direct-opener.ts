import type { Clock, UserNumber } from '@skein/model';
import { isSkeinError, SkeinError } from '../../api/skein-error.ts';
import type { Engine } from '../engine.ts';

const OPEN_AGAIN_MS = 5_000;

/** Opens conversations that exist only because somebody wrote to a person. */
export interface DirectOpener {
  open(to: string): void;
  /** Without a connection nothing is being opened. */
  clear(): void;
}

/** [OB11] Opens the direct conversation that rows wait for; the same question twice has the same answer. */
export function directOpener(engine: Engine, clock: Clock): DirectOpener {
  const { requests, model, outbox, connection } = engine.parts;
  const opening = new Set<string>();

  async function open(to: string): Promise<void> {
    if (opening.has(to)) return;
    opening.add(to);
    try {
      if (!to.startsWith('@')) throw new SkeinError('permission.not_member');
      const ask = { case: 'createDirect', value: { user: to.slice(1) } } as const;
      const state = await requests.askFor('conversation', ask);
      const peer = state.peer as UserNumber;
      model.together(() => {
        if (!model.isKnown(peer)) model.putUser({ number: peer, id: to.slice(1), name: '' });
        engine.took(state);
      });
      opening.delete(to);
      model.together(() => outbox.addressed(to));
    } catch (error) {
      notOpened(to, error);
    }
  }

  function notOpened(to: string, error: unknown): void {
    opening.delete(to);
    if (isSkeinError(error) && !error.retryable && error.code !== 'client.closed') {
      return model.together(() => outbox.unaddressable(to, error.code));
    }
    engine.log('debug', 'conversation not opened', error);
    const isOver = (): boolean => connection.state.phase.name === 'closed';
    if (isOver()) return;
    clock.setTimer(OPEN_AGAIN_MS, () => {
      if (!isOver()) model.together(() => outbox.addressed(to));
    });
  }

  return { open: (to) => void open(to), clear: () => opening.clear() };
}
