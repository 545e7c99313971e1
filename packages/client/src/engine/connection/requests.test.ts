import { ManualClock } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { isSkeinError } from '../../api/skein-error.ts';
import { type Ask, Requests } from './requests.ts';

const DEVICES: Ask = { case: 'listDevices', value: {} };
const INVITATION: Ask = { case: 'createInvitation', value: {} };
const DONE = { case: 'done', value: { unknown: undefined } } as const;

describe('questions', () => {
  it('[QU1] leave when there is a connection, and again on the next when their answer was lost', async () => {
    const desk = new Desk();
    const asked = desk.requests.ask(DEVICES);
    expect(desk.sent).toEqual([]);
    desk.requests.connected();
    desk.requests.disconnected();
    desk.requests.connected();
    expect(desk.sent).toEqual([1, 1]);
    desk.answer(1);
    desk.answer(1);
    expect(await asked).toEqual(DONE);
    expect(desk.clock.pendingCount).toBe(0);
  });

  it('[QU1] are not asked twice where twice is not the same as once', async () => {
    const desk = new Desk();
    desk.requests.connected();
    const asked = desk.outcome(INVITATION);
    desk.requests.disconnected();
    expect(await asked).toBe('network.timeout');
    desk.requests.connected();
    expect(desk.sent).toEqual([1]);
  });

  it('[QU2] doubt the connection after 20 s without an answer, and give up after 20 more', async () => {
    const desk = new Desk();
    desk.requests.connected();
    const asked = desk.outcome(DEVICES);
    desk.clock.advance(19_999);
    expect(desk.probes).toBe(0);
    desk.clock.advance(1);
    expect(desk.probes).toBe(1);
    desk.clock.advance(20_000);
    expect(await asked).toBe('network.timeout');
    expect(desk.clock.pendingCount).toBe(0);
  });

  it('[QU2] say that there is no connection when there was none for 20 s', async () => {
    const desk = new Desk();
    const asked = desk.outcome(DEVICES);
    desk.clock.advance(20_000);
    expect(await asked).toBe('network.offline');
  });

  it('[QU3] pass on what the server refused, with its code, limit and wait', async () => {
    const desk = new Desk();
    desk.requests.connected();
    const asked = desk.requests.ask(DEVICES);
    desk.answer(1, {
      case: 'failure',
      value: { code: 'limit.rate', retryAfterMs: 900, limit: 0, unknown: undefined },
    });
    await expect(asked).rejects.toMatchObject({
      code: 'limit.rate',
      retryable: true,
      retryAfterMs: 900,
      limit: null,
    });
    const newer = desk.requests.ask(DEVICES);
    desk.answer(2, {
      case: 'failure',
      value: { code: 'some.future', retryAfterMs: 0, limit: 0, unknown: undefined },
    });
    await expect(newer).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('[QU3] end with the client', async () => {
    const desk = new Desk();
    const asked = desk.outcome(DEVICES);
    desk.requests.close();
    expect(await asked).toBe('client.closed');
    expect(await desk.outcome(DEVICES)).toBe('client.closed');
  });
});

class Desk {
  readonly clock = new ManualClock();
  readonly sent: number[] = [];
  probes = 0;
  readonly requests = new Requests({
    clock: this.clock,
    send: (frame) => {
      if (frame.case === 'request') this.sent.push(frame.value.id ?? 0);
    },
    probe: () => {
      this.probes++;
    },
  });

  answer(id: number, answer: Parameters<Requests['answered']>[0]['answer'] = DONE): void {
    this.requests.answered({ id, answer, unknown: undefined });
  }

  outcome(ask: Ask): Promise<string> {
    return this.requests.ask(ask).then(
      ({ case: name }) => name,
      (error: unknown) => (isSkeinError(error) ? error.code : String(error)),
    );
  }
}
