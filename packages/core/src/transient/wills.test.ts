import { CLOSE_CODE, type CloseReason, MemberAction, type SetWillInit } from '@skein/protocol';
import { CoreScene, type TestPeer } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isLoss } from './wills.ts';

describe('wills', () => {
  let scene: CoreScene;
  let ana: TestPeer;
  let ben: TestPeer;
  let conversation: number;

  beforeEach(async () => {
    scene = await CoreScene.open();
    ana = await scene.arrive('ana');
    ben = await scene.arrive('ben');
    ({ conversation } = await ana.createDirect('ben'));
  });
  afterEach(() => scene.throwBugs());

  async function leave(peer: TestPeer, will: SetWillInit = {}): Promise<void> {
    const answer = await peer.ask({
      case: 'setWill',
      value: { conversation, text: 'ana is gone', ...will },
    });
    expect(answer.case).toBe('done');
  }

  it('[WL1, WL2] are passed on once, as a transient message, when the line is lost', async () => {
    await leave(ana);
    ana.cut();
    ana.connection.closed();
    expect(ben.all('transient')).toEqual([
      expect.objectContaining({
        conversation,
        user: ana.welcome.me?.number,
        text: 'ana is gone',
        will: true,
      }),
    ]);
    expect(ben.all('push')).toEqual([]);
    scene.clock.advance(120_000);
    expect(ben.all('transient')).toHaveLength(1);
  });

  it('[WL1] are the latest one that was set, and none when it was cleared', async () => {
    await leave(ana, { text: 'first' });
    await leave(ana, { text: 'second' });
    ana.cut();
    expect(ben.all('transient').map(({ text }) => text)).toEqual(['second']);
    ana = await scene.arrive('ana');
    await leave(ana);
    await leave(ana, { conversation: 0 });
    ana.cut();
    expect(ben.all('transient')).toHaveLength(1);
  });

  it.each([
    ['for a conversation of others', { conversation: 99 }, { code: 'permission.not_member' }],
    ['that is too long', { text: 'x'.repeat(4_096) }, { code: 'message.too_large', limit: 4_096 }],
    ['with nothing in it', { text: '' }, { code: 'message.invalid' }],
    ['that is no content', { content: Uint8Array.of(0xff) }, { code: 'message.invalid' }],
    ['with too long a delay', { delayMs: 3_600_001 }, { code: 'request.invalid', limit: 3_600_000 }],
  ])('[WL1] are refused, and the one before stays: %s', async (_name, wrong, refusal) => {
    await leave(ana, { text: 'before' });
    const answer = await ana.ask({ case: 'setWill', value: { conversation, text: 'x', ...wrong } });
    expect(answer).toMatchObject({ case: 'failure', value: refusal });
    ana.cut();
    expect(ben.all('transient').map(({ text }) => text)).toEqual(['before']);
  });

  it('[WL2] are passed on within 15 s and a sweep of a push that nobody acknowledged', async () => {
    await leave(ana);
    await ben.text(conversation, 'are you there?');
    ben.say({ case: 'received', value: {} });
    for (let time = 0; time < 16; time++) {
      scene.clock.advance(1_000);
      ben.connection.heartbeat();
    }
    expect(ana.closed?.reason).toBe('ackTimeout');
    expect(ben.all('transient')).toHaveLength(1);
  });

  it('[WL2] are not passed on after a goodbye, a sign-out or the end of the server', async () => {
    await leave(ana);
    ana.say({ case: 'goodbye', value: {} });
    ana = await scene.arrive('ana');
    await leave(ana);
    await scene.core.revokeUser('ana');
    ana = await scene.arrive('ana');
    await leave(ana);
    await scene.core.drain();
    expect(ben.all('transient')).toEqual([]);
  });

  it('[WL2] know of every reason for an end whether it is a loss', () => {
    const reasons = Object.keys(CLOSE_CODE) as CloseReason[];
    expect(reasons.filter(isLoss)).toEqual([
      'ackTimeout',
      'idle',
      'stalled',
      'protocolViolation',
      'outOfOrder',
      'frameTooLarge',
    ]);
    expect(isLoss(null)).toBe(true);
  });

  it('[WL3] wait for the last device, unless they are of each device', async () => {
    const phone = await scene.arrive('ana');
    await leave(phone);
    await leave(ana, { eachDevice: true, text: 'the desk is gone' });
    phone.cut();
    expect(ben.all('transient')).toEqual([]);
    const tablet = await scene.arrive('ana');
    ana.cut();
    expect(ben.all('transient').map(({ text }) => text)).toEqual(['the desk is gone']);
    expect(tablet.all('transient')).toHaveLength(1);
  });

  it('[WL3] are void when the same device has come back before its old line was missed', async () => {
    await leave(ana, { eachDevice: true });
    await scene.arrive('ana', { installation: 'installation-number-1' });
    ana.cut();
    expect(ben.all('transient')).toEqual([]);
  });

  it('[WL4] wait for their delay, and are void when the device comes back', async () => {
    await leave(ana, { delayMs: 30_000 });
    ana.cut();
    advance(29_000);
    expect(ben.all('transient')).toEqual([]);
    advance(2_000);
    expect(ben.all('transient')).toHaveLength(1);

    ana = await scene.arrive('ana', { installation: 'installation-number-1' });
    await leave(ana, { delayMs: 30_000 });
    ana.cut();
    ana = await scene.arrive('ana', { installation: 'installation-number-1' });
    ana.say({ case: 'goodbye', value: {} });
    advance(60_000);
    expect(ben.all('transient')).toHaveLength(1);
  });

  it('[WL5] are void when the user is no longer a member', async () => {
    const { conversation: group } = await ben.createGroup(['ana']);
    await leave(ana, { conversation: group });
    await ben.ask({
      case: 'changeMembers',
      value: { conversation: group, action: MemberAction.kicked, users: ['ana'] },
    });
    ana.cut();
    expect(ben.all('transient')).toEqual([]);
  });

  it('[WL6] end with the server', async () => {
    await leave(ana, { delayMs: 1_000 });
    ana.cut();
    await scene.core.drain();
    const { store, directory, records, clock } = scene;
    scene = await CoreScene.open({ store, directory, records, clock, seed: 2 });
    ben = await scene.arrive('ben', { installation: 'installation-number-2' });
    advance(10_000);
    expect(ben.all('transient')).toEqual([]);
  });

  /** Second by second, with a sign of life from who is there. */
  function advance(forMs: number): void {
    for (let pastMs = 0; pastMs < forMs; pastMs += 1_000) {
      scene.clock.advance(1_000);
      ben.connection.heartbeat();
    }
  }
});
