import { expectThat } from '../scenario.ts';
import { acknowledge, packet, publish, subscribe } from './encode-packet.ts';
import type { MqttPeer } from './mqtt-peer.ts';
import type { Property } from './properties.ts';
import type { Stage } from './stage.ts';
import { must, type Statement } from './statement.ts';
import { byte, twoBytes } from './wire-values.ts';

// Room for the packets themselves, and for no word more.
const TINY: readonly Property[] = [['maximumPacketSize', 24]];

// What no client says when it has heard a value with this QoS.
const OUT_OF_STEP = [
  ['pubrec', 1],
  ['pubcomp', 1],
  ['puback', 2],
  ['pubcomp', 2],
] as const;

/** Chapters 3.4 to 3.7, 3.9, 3.11, 3.14, 3.15 and 4.13: codes, what goes with them, and the end of a connection. */
export const ENDING_STATEMENTS: readonly Statement[] = [
  acknowledges('3.4.2-1', 'puback', (peer, stage) => peer.publish({ topic: stage.topic(), qos: 1 })),
  acknowledges('3.5.2-1', 'pubrec', (peer, stage) => peer.publish({ topic: stage.topic(), qos: 2 })),
  acknowledges('3.6.2-1', 'pubrel', async (peer, stage) => {
    await peer.subscribe([{ filter: stage.topic(), qos: 2 }]);
    await peer.publish({ topic: stage.topic(), qos: 2 });
    await peer.receive();
    peer.send(acknowledge('pubrec', 4_444));
    await peer.expect('pubrel');
  }),
  acknowledges('3.7.2-1', 'pubcomp', async (peer, stage) => {
    await peer.publish({ topic: stage.topic(), qos: 2 });
    peer.send(acknowledge('pubrel', 4_444));
    await peer.expect('pubcomp');
  }),
  ...(
    [
      ['3.4.2-2 3.4.2-3', 'puback', (peer, stage) => peer.publish({ topic: stage.topic(), qos: 1 })],
      ['3.5.2-2 3.5.2-3', 'pubrec', (peer, stage) => peer.publish({ topic: stage.topic(), qos: 2 })],
      ['3.6.2-2 3.6.2-3', 'pubrel', (peer) => answered(peer, acknowledge('pubrec', 4_444), 'pubrel')],
      ['3.7.2-2 3.7.2-3', 'pubcomp', (peer) => answered(peer, acknowledge('pubrel', 4_444), 'pubcomp')],
      ['3.9.2-1 3.9.2-2', 'suback', (peer) => answered(peer, subscribe(5, [{ filter: '#' }]), 'suback')],
      ['3.11.2-1 3.11.2-2', 'unsuback', (peer) => peer.unsubscribe('never')],
      ['3.14.2-3 3.14.2-4', 'disconnect', (peer) => violate(peer)],
    ] as readonly (readonly [string, string, (peer: MqttPeer, stage: Stage) => Promise<unknown>])[]
  ).map(([numbers, type, talk]) =>
    must({ v5: numbers }, `explains nothing in ${type} where the client has no room`, async (stage) => {
      await talk(await stage.client({ properties: TINY }), stage);
    }),
  ),

  ...(
    [
      ['3.4.2-1', 'puback', 0xff],
      ['3.5.2-1', 'pubrec', 0xff],
      ['3.6.2-1', 'pubrel', 0xff],
      ['3.7.2-1', 'pubcomp', 0xff],
    ] as const
  ).map(([number, type, reason]) =>
    must({ v5: number }, `closes on a reason that ${type} does not have`, async (stage) => {
      const peer = await stage.client();
      peer.send(acknowledge(type, 1, reason));
      await peer.expectClosed(0x81, 0x82);
    }),
  ),
  ...OUT_OF_STEP.map(([type, qos]) =>
    must(
      { v4: '4.8.0-1', v5: '4.13.1-1' },
      `closes on ${type} for a value with QoS ${qos}`,
      async (stage) => {
        const peer = await stage.subscriber({ filter: stage.topic(), qos });
        const publisher = await stage.client();
        await publisher.publish({ topic: stage.topic(), qos });
        const { packetId } = await peer.expect('publish');
        peer.send(acknowledge(type, packetId));
        await peer.expectClosed(0x82);
      },
    ),
  ),

  must('3.14.1-1', 'closes on DISCONNECT with other flags', async (stage) => {
    const watcher = await stage.subscriber(stage.topic());
    const peer = await stage.client({ will: { topic: stage.topic(), payload: 'gone' } });
    peer.send(packet('disconnect', [], 1));
    await peer.expectClosed(0x81);
    await watcher.receive('gone');
  }),
  must({ v5: '3.14.0-1' }, 'sends no DISCONNECT before CONNACK', async (stage) => {
    const peer = await stage.open();
    peer.send(stage.connect({ wrongFlags: 1 }));
    const answer = await peer.next().catch(() => null);
    expectThat(answer === null || answer.type === 'connack', `answered with ${answer?.type}`);
  }),
  must({ v5: '3.14.2-1 3.14.2-2' }, 'says in DISCONNECT what it may say', async (stage) => {
    await violate(await stage.client({ keeps: true, clientId: stage.clientId() }));
  }),
  must({ v5: '3.14.4-1 3.14.4-2' }, 'says nothing after DISCONNECT, and closes', async (stage) => {
    const peer = await stage.subscriber(stage.topic());
    peer.send(
      packet('publish', [twoBytes(0)], 6),
      publish(5, { topic: stage.topic(), qos: 1 }),
      packet('pingreq'),
    );
    await peer.expectClosed(0x81, 0x82);
  }),
  must({ v5: '3.15.1-1' }, 'closes on AUTH with flags', async (stage) => {
    const peer = await stage.client();
    peer.send(packet('auth', [], 1));
    await peer.expectClosed(0x81, 0x82);
  }),
  ...(
    [
      ['a packet that is cut short', packet('subscribe', [byte(0)])],
      ['a packet of type 0', Buffer.of(0x00, 0x00)],
      ['a length of five bytes', Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01)],
      ['SUBACK, which is for servers', packet('suback', [twoBytes(1), byte(0)])],
      ['PINGRESP, which is for servers', packet('pingresp')],
      ['CONNACK, which is for servers', packet('connack', [twoBytes(0)])],
    ] as const
  ).map(([title, bytes]) =>
    must({ v4: '4.8.0-1', v5: '4.13.1-1' }, `closes on ${title}`, async (stage) => {
      const peer = await stage.client();
      peer.send(bytes);
      await peer.expectClosed(0x81, 0x82);
    }),
  ),
  must(
    { v4: '4.8.0-1', v5: '4.13.1-1' },
    'keeps one client from ending the connection of another',
    async (stage) => {
      const other = await stage.client();
      const peer = await stage.client();
      peer.send(Buffer.of(0x00, 0x00));
      await peer.expectClosed();
      await other.ping();
    },
  ),
  must({ v5: '4.13.2-1' }, 'closes after a reason that says so', async (stage) => {
    const clientId = stage.clientId();
    const first = await stage.client({ clientId });
    await stage.client({ clientId });
    await first.expectClosed(0x8e);
  }),
];

function acknowledges(
  v5: string,
  type: string,
  talk: (peer: MqttPeer, stage: Stage) => Promise<unknown>,
): Statement {
  return must({ v5 }, `answers with the codes that ${type} may have`, async (stage) => {
    await talk(await stage.client(), stage);
  });
}

async function answered(
  peer: MqttPeer,
  bytes: Uint8Array,
  type: 'pubrel' | 'pubcomp' | 'suback',
): Promise<void> {
  peer.send(bytes);
  await peer.answer(type);
}

async function violate(peer: MqttPeer): Promise<void> {
  peer.send(packet('publish', [twoBytes(0)], 6));
  await peer.expectClosed(0x81, 0x82);
}
