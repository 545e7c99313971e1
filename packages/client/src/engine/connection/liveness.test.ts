import { ManualClock } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { type HeartbeatProfile, heartbeatPolicy } from '../../profiles.ts';
import { Liveness } from './liveness.ts';

describe('heartbeats', () => {
  it('[HB1] begin with the login receipt, at the shorter of both intervals, and end with the connection', () => {
    const line = new Line('idle:30s');
    line.clock.advance(300_000);
    expect(line.heartbeats).toEqual([]);
    line.liveness.start(20_000);
    line.clock.advance(20_000);
    expect(line.heartbeats).toEqual([320_000]);
    line.liveness.stop();
    expect(line.clock.pendingCount).toBe(0);
  });

  it('[HB2] are not sent while messages go and come', () => {
    const line = new Line('idle:30s');
    line.liveness.start(0);
    for (let i = 0; i < 100; i++) {
      line.clock.advance(29_000);
      line.liveness.sent();
      line.liveness.received();
    }
    expect(line.heartbeats).toEqual([]);
  });

  it('[HB2] are sent when only the other side talks, or only we do', () => {
    for (const traffic of ['sent', 'received'] as const) {
      const line = new Line('idle:30s');
      line.liveness.start(0);
      for (let i = 0; i < 31; i++) {
        line.clock.advance(1_000);
        line.liveness[traffic]();
      }
      expect(line.heartbeats).toEqual([30_000]);
    }
  });

  it('[HB3] mean death when nothing comes back for ten seconds, and life when anything does', () => {
    const line = new Line('idle:30s');
    line.liveness.start(0);
    line.clock.advance(30_000);
    line.clock.advance(9_999);
    line.liveness.received();
    line.clock.advance(29_999);
    expect(line.diedAtMs).toEqual([]);
    expect(line.liveness.rttMs).toBe(9_999);
    line.clock.advance(2);
    expect(line.heartbeats).toEqual([30_000, 60_000]);
    expect(line.diedAtMs).toEqual([70_000]);
  });

  it('[HB4] a probe asks at once, and only its own answer counts', () => {
    const line = new Line('idle:30s');
    line.liveness.start(0);
    line.liveness.probe();
    line.liveness.probe();
    expect(line.probes).toEqual([1]);
    line.liveness.received();
    line.liveness.probeAnswered(1);
    line.clock.advance(10_000);
    line.liveness.probe();
    line.liveness.received();
    line.liveness.probeAnswered(1);
    line.clock.advance(9_999);
    expect(line.diedAtMs).toEqual([]);
    line.clock.advance(1);
    expect(line.diedAtMs).toEqual([20_000]);
  });

  it('[HB5] in a fixed profile they leave every interval, and dead is more than the allowed misses', () => {
    const line = new Line('fixed:1s,miss:3');
    line.liveness.start(0);
    for (let i = 0; i < 5; i++) {
      line.clock.advance(1_000);
      line.liveness.received();
    }
    expect(line.heartbeats).toEqual([1_000, 2_000, 3_000, 4_000, 5_000]);
    line.clock.advance(4_000);
    expect(line.diedAtMs).toEqual([9_000]);
  });

  it('[HB5] fixed:180s is one heartbeat every three minutes', () => {
    const line = new Line('fixed:180s');
    line.liveness.start(0);
    for (let i = 0; i < 540; i++) {
      line.clock.advance(1_000);
      line.liveness.received();
    }
    expect(line.heartbeats).toEqual([180_000, 360_000, 540_000]);
    expect(line.clock.pendingCount).toBe(1);
  });
});

class Line {
  readonly clock = new ManualClock();
  readonly heartbeats: number[] = [];
  readonly probes: number[] = [];
  readonly diedAtMs: number[] = [];
  readonly liveness: Liveness;

  constructor(profile: HeartbeatProfile) {
    this.liveness = new Liveness({
      clock: this.clock,
      policy: heartbeatPolicy(profile),
      sendHeartbeat: () => this.heartbeats.push(this.clock.monotonicMs()),
      sendProbe: (id) => this.probes.push(id),
      dead: () => this.diedAtMs.push(this.clock.monotonicMs()),
    });
  }
}
