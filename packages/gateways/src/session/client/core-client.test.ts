import type { Limits } from '@skein/model';
import { type ConversationState, decodeMessage, Role, readContent } from '@skein/protocol';
import { CoreScene, settle, type TestPeer } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CoreClient, type Ended, type SignedIn } from './core-client.ts';
import type { ToldEntry } from './entry-order.ts';

describe('a client of the core within a gateway', () => {
  let scene: CoreScene;
  let ana: TestPeer;

  beforeEach(() => open());
  afterEach(() => scene.throwBugs());

  async function open(limits: Partial<Limits> = {}): Promise<void> {
    scene = await CoreScene.open({ limits });
    ana = await scene.arrive('ana');
    // Somebody who can be written to, and is not there.
    (await scene.arrive('ben')).cut();
  }

  it('[CN1] answers a sign-in when the first sync is through', async () => {
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    const ben = new Listener(scene);
    expect(await ben.arrive('ben')).toMatchObject({ outcome: 'signed-in', welcome: { me: { id: 'ben' } } });
    expect(ben.client.isSignedIn).toBe(true);
    expect(ben.states.map(({ head }) => head)).toEqual([2]);
    expect(ben.client.people.known(1)).toBe('ana');
  });

  it('[CN1] answers a sign-in that is refused with why', async () => {
    const ben = new Listener(scene);
    const auth = { case: 'password', value: { user: 'ben', password: 'a wrong one' } } as const;
    const signedIn = ben.client.signIn({ auth, installation: 'installation-of-ben' });
    expect(await waitFor(signedIn)).toEqual({
      outcome: 'ended',
      reason: 'badCredentials',
      detail: 'auth.bad_credentials',
    });
    expect(ben.ends).toHaveLength(1);
  });

  it('[CN2] answers each question, with the answer or the refusal', async () => {
    const ben = await arrived('ben');
    const found = await waitFor(ben.client.ask({ case: 'findUsers', value: { users: ['ana'] } }));
    expect(found).toMatchObject({ case: 'users', value: { users: [{ id: 'ana' }] } });
    const refused = await waitFor(ben.client.direct('nobody'));
    expect(refused).toMatchObject({ outcome: 'refused', code: 'user.not_found' });
    expect(await waitFor(ben.client.people.idOf(1))).toBe('ana');
    expect(await waitFor(ben.client.people.idOf(99))).toBe('#99');
  });

  it('[CN3] tells entries in order, its own among them, and nothing from before', async () => {
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'before');
    const ben = await arrived('ben');
    await ana.text(conversation, 'one');
    await waitFor(ben.client.send({ conversation, text: 'two' }));
    await ana.text(conversation, 'three');
    expect(ben.texts()).toEqual(['one', 'two', 'three']);
    expect(ben.entries.map(({ sender }) => sender)).toEqual([1, ben.client.me, 1]);
  });

  it('[CN3] begins where the peer left off, however far back', async () => {
    const { conversation } = await ana.createDirect('ben');
    for (let at = 1; at <= 230; at++) await ana.text(conversation, String(at));
    const ben = await arrived('ben', () => 11);
    await settle();
    expect(ben.texts()).toEqual(Array.from({ length: 220 }, (_, at) => String(at + 11)));
    expect(ben.client.isCaughtUp).toBe(true);
  });

  it('[CN3] fills what a full connection was only hinted at, once there is room', async () => {
    await open({ outboundBytesMax: 10 });
    const { conversation } = await ana.createDirect('ben');
    const ben = await arrived('ben');
    ben.queued = 1_000;
    for (const text of ['one', 'two', 'three']) await ana.text(conversation, text);
    expect(ben.texts()).toEqual([]);
    ben.queued = 0;
    ben.client.drained();
    await settle();
    await ana.text(conversation, 'four');
    expect(ben.texts()).toEqual(['one', 'two', 'three', 'four']);
  });

  it('[CN3] waits with history when it is asked to, and loses nothing', async () => {
    await open({ requestsBurstMax: 2, requestsPerSecondMax: 1 });
    const { conversation } = await ana.createDirect('ben');
    for (let at = 1; at <= 250; at++) {
      ana.say({ case: 'send', value: { conversation, counter: at, text: String(at) } });
    }
    await settle();
    const ben = await arrived('ben', () => 1);
    for (let second = 0; second < 10; second++) {
      scene.clock.advance(1_000);
      await settle();
    }
    expect(ben.texts()).toHaveLength(250);
  });

  it('[CN3] tells those who leave of the entry that removed them, and nothing after', async () => {
    const { conversation } = await ana.createGroup(['ben']);
    const ben = await arrived('ben');
    await ana.ask({ case: 'changeMembers', value: { conversation, action: 5, users: ['ben'], role: 0 } });
    await ana.text(conversation, 'after');
    expect(ben.entries.map(({ kind }) => kind)).toEqual([5]);
    expect(ben.states.at(-1)?.role).toBe(Role.unspecified);
  });

  it('[CN4] stores a key once and answers both with the same place', async () => {
    const { conversation } = await ana.createDirect('ben');
    const ben = await arrived('ben');
    const send = { conversation, text: 'hello', key: 'k' };
    const answers = await waitFor(Promise.all([ben.client.send(send), ben.client.send(send)]));
    expect(answers).toMatchObject([
      { outcome: 'stored', seq: 2 },
      { outcome: 'stored', seq: 2 },
    ]);
    expect(await waitFor(ben.client.send({ ...send, text: 'other' }))).toMatchObject({
      code: 'conflict.duplicate',
    });
    expect(ben.texts()).toEqual(['hello']);
  });

  it('[CN5] acknowledges what came, and says how far it was delivered', async () => {
    const { conversation } = await ana.createDirect('ben');
    const ben = await arrived('ben');
    await ana.text(conversation, 'hello');
    ben.client.acknowledge([{ conversation, seq: 2 }]);
    expect(ana.last('marker')).toMatchObject({ delivered: 2 });
    expect(scene.core.counters.pending).toBe(0);
  });

  it('[CN6] answers everything that waits when the connection ends, and tells it once', async () => {
    const { conversation } = await ana.createDirect('ben');
    const ben = await arrived('ben');
    scene.store.hold();
    const waiting = [
      ben.client.send({ conversation, text: 'hello' }),
      ben.client.ask({ case: 'createGroup', value: { key: 'g', title: '', users: ['ana'] } }),
    ];
    ben.client.closed();
    ben.client.closed();
    waiting.push(ben.client.send({ conversation, text: 'too late' }));
    expect(await Promise.all(waiting)).toMatchObject(waiting.map(() => ({ outcome: 'ended' })));
    expect(ben.ends).toHaveLength(1);
    scene.store.release();
    await settle();
    expect(scene.core.connectionCount).toBe(1);
  });

  async function arrived(name: string, positionOf?: (state: ConversationState) => number): Promise<Listener> {
    const listener = new Listener(scene, positionOf);
    await listener.arrive(name);
    return listener;
  }
});

/** A gateway's end that remembers what it was told. */
class Listener {
  readonly client: CoreClient;
  readonly entries: ToldEntry[] = [];
  readonly states: ConversationState[] = [];
  readonly ends: Ended[] = [];
  queued = 0;

  constructor(scene: CoreScene, positionOf: (state: ConversationState) => number = ({ head }) => head) {
    let keys = 0;
    const peer = { gateway: 'test', address: '127.0.0.1', isLoopback: true, isSecure: false };
    const deps = { core: scene.core, clock: scene.clock, peer, newKey: () => `key-${++keys}` };
    this.client = new CoreClient(deps, {
      entry: (_, entry) => this.entries.push(entry),
      conversation: (state) => this.states.push(state),
      marker: () => undefined,
      typing: () => undefined,
      other: () => undefined,
      ended: (ended) => this.ends.push(ended),
      queuedBytes: () => this.queued,
      positionOf,
    });
  }

  arrive(name: string): Promise<SignedIn> {
    return waitFor(
      this.client.signIn({
        auth: { case: 'dev', value: name },
        installation: `installation-of-${name}-here`,
      }),
    );
  }

  texts(): string[] {
    return this.entries.filter(({ kind }) => kind === 1).map(({ body }) => textOf(body));
  }
}

function textOf(body: Uint8Array): string {
  const { of } = decodeMessage(readContent, body);
  return of?.case === 'text' ? of.value : '';
}

async function waitFor<T>(promise: Promise<T>): Promise<T> {
  await settle();
  return promise;
}
