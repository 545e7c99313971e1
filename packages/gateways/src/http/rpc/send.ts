import { isRefusalCode, REFUSALS } from '@skein/model';
import type { AckInit, Send } from '@skein/protocol';
import { problemOfRefusal } from '../problem.ts';
import type { Outcome, Seat } from '../seat/seat.ts';

/** Where a device's own numbers stand, as far as one seat knows, and the send that is under way. */
interface Lane {
  counter: number;
  last: Promise<unknown>;
}

const LANES = new WeakMap<Seat, Map<number, Lane>>();
// Another seat of the device may have sent meanwhile; more often than this nobody is that unlucky.
const TRIES_MAX = 5;

/** Puts an entry into the log under the next counter of this device; one at a time per conversation. */
export function sendNext(seat: Seat, send: Send): Promise<Outcome<AckInit>> {
  const lanes = LANES.get(seat) ?? new Map<number, Lane>();
  LANES.set(seat, lanes);
  const lane = lanes.get(send.conversation) ?? { counter: 0, last: Promise.resolve() };
  lanes.set(send.conversation, lane);
  const sent = lane.last.then(() => sendIn(lane, seat, send));
  lane.last = sent;
  return sent;
}

async function sendIn(lane: Lane, seat: Seat, send: Send): Promise<Outcome<AckInit>> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const counter = lane.counter + 1;
    const outcome = await seat.send({ ...send, counter });
    if (outcome.problem !== undefined) return outcome;
    if (!('code' in outcome.value || 'need' in outcome.value)) {
      lane.counter = counter;
      return { value: outcome.value as AckInit };
    }
    const { code = '', need = 0, retryAfterMs, limit } = outcome.value;
    if (need > 0) {
      lane.counter = need - 1;
      continue;
    }
    const isConsumed = isRefusalCode(code) && !REFUSALS[code].retryable;
    if (isConsumed && code !== 'conflict.duplicate') lane.counter = counter;
    if (code !== 'conflict.duplicate') return { problem: problemOfRefusal({ code, retryAfterMs, limit }) };
    // The number is taken by what another seat of this device sent: the next one.
    lane.counter = counter;
  }
  return { problem: problemOfRefusal({ code: 'server.overloaded' }) };
}
