import { describe, expect, it } from 'vitest';
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionPolicy,
  type ConnectionState,
  INITIAL_CONNECTION,
  stepConnection,
} from './connection-machine.ts';

const POLICY: ConnectionPolicy = {
  delayMs: (attempt) => (attempt > 3 ? null : (attempt - 1) * 1_000),
  stableMs: 2_000,
  spreadMs: () => 777,
};

describe('the connection machine', () => {
  it('[CL1] goes through its steps in order, and ignores a step out of turn', () => {
    const life = new Life();
    life.on({ type: 'caught-up', generation: 0 }, { type: 'welcomed', generation: 1, atMs: 0 });
    expect(life.phase).toBe('idle');
    life.on({ type: 'start' });
    expect(life.effects).toEqual([{ type: 'open', generation: 1 }]);
    life.on({ type: 'welcomed', generation: 1, atMs: 0 });
    expect(life.phase).toBe('connecting');
    life.on({ type: 'opened', generation: 1 }, { type: 'welcomed', generation: 1, atMs: 5 });
    expect(life.phase).toBe('catching-up');
    life.on({ type: 'caught-up', generation: 1 });
    expect(life.phase).toBe('online');
  });

  it('[CL1] does not listen to a socket of before', () => {
    const life = Life.online();
    life.lose(0, 10_000);
    life.on({ type: 'retry' });
    const { state } = life;
    life.on(
      { type: 'opened', generation: 1 },
      { type: 'lost', generation: 1, code: 4200, reason: '', atMs: 10_001 },
    );
    expect(life.state).toBe(state);
  });

  it('[CL2] starts heartbeats, and the schedule anew, with the login receipt and not before', () => {
    const life = new Life();
    life.on({ type: 'start' });
    life.lose(0, 0);
    life.on({ type: 'retry' });
    life.lose(0, 0);
    expect(life.state.failures).toBe(2);
    life.on({ type: 'retry' }, { type: 'opened', generation: 3 });
    expect(life.effects).toEqual([{ type: 'greet' }]);
    expect(life.state.failures).toBe(2);
    life.on({ type: 'welcomed', generation: 3, atMs: 0 });
    expect(life.effects).toEqual([{ type: 'heartbeat' }]);
    expect(life.state.failures).toBe(0);
  });

  it('[CL3] says goodbye at a deliberate end, and does not come back by itself', () => {
    for (const type of ['stop', 'pause'] as const) {
      const life = Life.online();
      life.on({ type });
      expect(life.effects.map((effect) => effect.type)).toEqual(['say-goodbye', 'close-link', 'cancel-wait']);
      const { state } = life;
      life.lose(0, 9_000);
      life.on({ type: 'retry' });
      expect(life.state).toBe(state);
    }
  });

  it.each([
    [0, 'waiting'],
    [1006, 'waiting'],
    [4003, 'waiting'],
    [4099, 'waiting'],
    [4100, 'connecting'],
    [4200, 'blocked'],
    [4299, 'blocked'],
    [4999, 'waiting'],
  ])('[CL4] after close code %i it is %s', (code, phase) => {
    const life = Life.online();
    life.lose(code, 60_000);
    expect(life.phase).toBe(phase);
  });

  it('[CL4] gets a fresh token once; refused again it stops', () => {
    const life = Life.online();
    life.lose(4100, 60_000);
    expect(life.effects.map(({ type }) => type)).toEqual(['close-link', 'refresh-token', 'open']);
    life.lose(4100, 60_001);
    expect(life.phase).toBe('blocked');
  });

  it('[CL4] gets a fresh token again after a session that lasted', () => {
    const life = Life.online();
    life.lose(4100, 60_000);
    life.on({ type: 'opened', generation: 2 }, { type: 'welcomed', generation: 2, atMs: 61_000 });
    life.lose(4100, 3_600_000);
    expect(life.phase).toBe('connecting');
  });

  it('[CL5] spreads the return to a server that restarts', () => {
    const life = Life.online();
    life.lose(4000, 60_000);
    expect(life.effects).toContainEqual({ type: 'wait', delayMs: 777 });
    const other = Life.online();
    other.lose(0, 60_000);
    expect(other.effects).toContainEqual({ type: 'wait', delayMs: 0 });
  });

  it('[CL6] does not count a connection that was dropped at once as a success', () => {
    const life = new Life();
    life.on({ type: 'start' });
    for (let attempt = 1; attempt <= 3; attempt++) {
      const { generation } = life.state;
      life.on({ type: 'opened', generation }, { type: 'welcomed', generation, atMs: 0 });
      life.lose(0, 100);
      expect(life.state.failures).toBe(attempt);
      life.on({ type: 'retry' });
    }
  });

  it('[CL7] ends any wait when somebody asks, also after the schedule has ended or the server said stop', () => {
    const life = new Life();
    life.on({ type: 'start' });
    for (let attempt = 1; attempt <= 4; attempt++) {
      life.lose(0, 0);
      if (attempt < 4) life.on({ type: 'retry' });
    }
    expect(life.state.phase).toMatchObject({ name: 'waiting', delayMs: null });
    life.on({ type: 'retry' });
    expect(life.phase).toBe('connecting');
    life.lose(4200, 0);
    life.on({ type: 'retry' });
    expect(life.phase).toBe('connecting');
  });

  it('[CL7] starts an attempt anew that had come to nothing yet', () => {
    const life = new Life();
    life.on({ type: 'start' }, { type: 'retry' });
    expect(life.effects.map(({ type }) => type)).toEqual(['close-link', 'cancel-wait', 'open']);
    life.on({ type: 'opened', generation: 1 });
    expect(life.phase).toBe('connecting');
    life.on({ type: 'opened', generation: 2 }, { type: 'retry' });
    expect(life.state).toMatchObject({ generation: 3, failures: 0, phase: { name: 'connecting' } });
    const online = Life.online();
    const { state } = online;
    online.on({ type: 'retry' });
    expect(online.state).toBe(state);
  });
});

/** One machine and what it last asked for. */
class Life {
  state: ConnectionState = INITIAL_CONNECTION;
  effects: readonly ConnectionEffect[] = [];

  static online(): Life {
    const life = new Life();
    life.on(
      { type: 'start' },
      { type: 'opened', generation: 1 },
      { type: 'welcomed', generation: 1, atMs: 0 },
      { type: 'caught-up', generation: 1 },
    );
    return life;
  }

  get phase(): string {
    return this.state.phase.name;
  }

  on(...events: readonly ConnectionEvent[]): void {
    for (const event of events) [this.state, this.effects] = stepConnection(this.state, event, POLICY);
  }

  lose(code: number, atMs: number): void {
    this.on({ type: 'lost', generation: this.state.generation, code, reason: '', atMs });
  }
}
