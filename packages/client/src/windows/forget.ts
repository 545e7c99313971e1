import type { EngineParts } from '../engine/engine-parts.ts';

/** [WN7] Nothing of the person remains in this window's memory; what was not sent will not be. */
export function forget({ model, logs, outbox }: EngineParts): void {
  model.together(() => {
    for (const row of outbox.rows()) outbox.mirror({ ...row, refusal: '' }, 'cancelled');
    model.reset([]);
    logs.clear();
  });
}
