import { expectEqual, expectThat } from '../scenario.ts';
import { auth, publish, subscribe } from './encode-packet.ts';
import { valueOf } from './properties.ts';
import { must, type Statement, should } from './statement.ts';

const UNKNOWN_METHOD = ['authenticationMethod', 'conformance'] as const;

/** Chapter 3.2: the answer to CONNECT, and enhanced authentication (4.12), which no server has to offer. */
export const CONNACK_STATEMENTS: readonly Statement[] = [
  must('3.2.0-1', 'sends CONNACK first, whatever comes behind CONNECT', async (stage) => {
    const peer = await stage.open();
    const topic = stage.topic();
    peer.send(
      stage.connect(),
      subscribe(stage.version, [{ filter: topic }]),
      publish(stage.version, { topic, qos: 1 }),
    );
    expectEqual((await peer.expect('connack')).reason, 0, 'reason of CONNACK');
    await peer.answer('puback');
  }),
  must({ v5: '3.2.0-2' }, 'sends CONNACK once', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.client({ clientId });
    peer.send(stage.connect({ clientId }));
    await peer.expectClosed(0x82);
    const other = await stage.client();
    await other.expectSilence();
  }),
  must({ v5: '3.2.2-1' }, 'sends no reserved flag in CONNACK', async (stage) => {
    const clientId = stage.clientId();
    await (await stage.client({ clientId, keeps: true })).leave();
    await stage.back({ clientId });
  }),
  must({ v4: '3.2.2-1', v5: '3.2.2-2' }, 'has no session for a clean start', async (stage) => {
    const clientId = stage.clientId();
    await (await stage.client({ clientId, keeps: true })).leave();
    const [, { reason, isSessionPresent }] = await stage.ask({ clientId });
    expectEqual(reason, 0, 'reason of CONNACK');
    expectThat(!isSessionPresent, 'session present');
  }),
  must({ v4: '3.2.2-2', v5: '3.2.2-3' }, 'says that there is a session', async (stage) => {
    const clientId = stage.clientId();
    await (await stage.client({ clientId, keeps: true })).leave();
    await stage.back({ clientId });
  }),
  must({ v4: '3.2.2-3', v5: '3.2.2-3' }, 'says that there is no session', async (stage) => {
    const [, { reason, isSessionPresent }] = await stage.ask({ clientId: stage.clientId(), keeps: true });
    expectEqual(reason, 0, 'reason of CONNACK');
    expectThat(!isSessionPresent, 'session present');
  }),
  must({ v4: '3.2.2-4 3.2.2-5' }, 'says of no session and closes, when it refuses', async (stage) => {
    const [peer, { isSessionPresent }] = await stage.ask({ clientId: '', isCleanStart: false });
    expectThat(!isSessionPresent, 'session present');
    await peer.expectClosed();
  }),
  must({ v5: '3.2.2-6 3.2.2-7 3.2.2-8' }, 'says of no session and closes, when it refuses', async (stage) => {
    const clientId = stage.clientId();
    await (await stage.client({ clientId, keeps: true })).leave();
    const [peer, { reason, isSessionPresent }] = await stage.ask({
      clientId,
      keeps: true,
      properties: [UNKNOWN_METHOD],
    });
    expectThat(reason >= 0x80, 'the unknown authentication method was taken');
    expectThat(!isSessionPresent, 'session present');
    await peer.expectClosed();
  }),
  must({ v5: '3.2.2-9' }, 'takes QoS 2, or says that it does not', async (stage) => {
    const [peer, { properties }] = await stage.ask();
    const max = Number(valueOf(properties, 'maximumQos') ?? 2);
    for (let qos = 0; qos <= max; qos++) await peer.publish({ topic: stage.topic(), qos });
  }),
  must({ v5: '3.2.2-10' }, 'takes subscriptions with every QoS', async (stage) => {
    const peer = await stage.client();
    const filters = [0, 1, 2].map((qos) => ({ filter: stage.topic(`${qos}`), qos }));
    const { reasons } = await peer.subscribe(filters);
    expectThat(
      reasons.every((reason) => reason <= 2),
      `granted ${reasons.join(', ')}`,
    );
  }),
  must({ v5: '3.2.2-16 3.1.3-7' }, 'says which identifier it gives, another one each time', async (stage) => {
    const given = [];
    for (let at = 0; at < 3; at++) {
      const [, { properties }] = await stage.ask({ clientId: '' });
      given.push(valueOf(properties, 'assignedClientIdentifier'));
    }
    expectThat(
      given.every((id) => typeof id === 'string' && id !== ''),
      'no identifier was given',
    );
    expectEqual(new Set(given).size, 3, 'different identifiers');
  }),
  must({ v5: '3.1.3-7' }, 'takes the identifier that it gave', async (stage) => {
    const [first, { properties }] = await stage.ask({ clientId: '', keeps: true, isCleanStart: true });
    const clientId = String(valueOf(properties, 'assignedClientIdentifier'));
    await first.leave();
    await stage.back({ clientId });
  }),
  must({ v5: '3.2.2-19 3.2.2-20' }, 'sends no more than the client takes, in CONNACK too', async (stage) => {
    const peer = await stage.open();
    peer.packetBytesMax = 20;
    peer.send(stage.connect({ properties: [UNKNOWN_METHOD, ['maximumPacketSize', 20]] }));
    await peer.expectClosed(0x87, 0x8c);
  }),

  must(
    { v5: '4.12.0-1 4.12.0-4' },
    'closes on an authentication method that it does not know',
    async (stage) => {
      const peer = await stage.open();
      peer.send(stage.connect({ properties: [UNKNOWN_METHOD, ['authenticationData', 'x']] }));
      await peer.expectClosed(0x87, 0x8c);
    },
  ),
  must({ v5: '4.12.0-6' }, 'says nothing of methods to whoever names none', async (stage) => {
    const [peer, { properties }] = await stage.ask();
    expectEqual(valueOf(properties, 'authenticationMethod'), undefined, 'authentication method');
    await peer.expectSilence();
  }),
  must({ v5: '4.12.0-7' }, 'closes on AUTH of a client that named no method', async (stage) => {
    const peer = await stage.client();
    peer.send(auth(0x18, [UNKNOWN_METHOD]));
    await peer.expectClosed(0x82);
  }),
  must({ v5: '4.12.1-2' }, 'closes on a new authentication that cannot succeed', async (stage) => {
    const peer = await stage.client();
    peer.send(auth(0x19, [UNKNOWN_METHOD]));
    await peer.expectClosed(0x82, 0x87, 0x8c);
  }),
  should({ v5: '3.1.4-2' }, 'says why it refuses', async (stage) => {
    const [, { reason }] = await stage.ask({ properties: [UNKNOWN_METHOD] });
    expectThat(reason === 0x8c || reason === 0x87, `refused with ${reason}`);
  }),
];
