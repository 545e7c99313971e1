import { expectEqual, expectThat } from '../scenario.ts';
import { CONNECT_FLAG, packet, publish } from './encode-packet.ts';
import { must, type Statement } from './statement.ts';
import { counted } from './wire-values.ts';

const NOT_UTF8 = Buffer.from([0x63, 0xed, 0xa0, 0x80]);
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
// Twice 1.5 s, and as long again as a server may take that looks every few seconds.
const KEEP_ALIVE_WAIT_MS = 10_000;
const WILL = { payload: 'gone' };

/** Chapter 3.1: the packet that begins a connection, and what is wrong with it. Wills and sessions have files of their own. */
export const CONNECT_STATEMENTS: readonly Statement[] = [
  must('3.1.0-1', 'closes when PINGREQ comes before CONNECT', async (stage) => {
    const peer = await stage.open();
    peer.send(packet('pingreq'));
    await peer.expectClosed();
  }),
  must('3.1.0-1', 'closes when PUBLISH comes before CONNECT', async (stage) => {
    const peer = await stage.open();
    peer.send(publish(stage.version, { topic: stage.topic(), qos: 1 }));
    await peer.expectClosed();
  }),
  must('3.1.0-2', 'closes on a second CONNECT', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.client({ clientId });
    peer.send(stage.connect({ clientId }));
    await peer.expectClosed(0x82);
  }),
  ...['MQTR', 'mqtt', 'MQTTX'].map((protocolName) =>
    must('3.1.2-1', `does not take ${protocolName} for MQTT`, async (stage) => {
      const peer = await stage.open();
      peer.send(stage.connect({ protocolName }));
      await peer.expectClosed();
    }),
  ),
  must('3.1.2-2', 'refuses a protocol level that does not exist', async (stage) => {
    const peer = await stage.open();
    peer.send(stage.connect({ level: 9 }));
    if (stage.version === 4) {
      const connack = await peer.socket.read(4);
      expectEqual(connack.toString('hex'), '20020001', 'CONNACK');
    } else {
      const said = await peer.socket.read(4).then(
        (head) => head.readUInt8(3),
        () => 0x84,
      );
      // In the form of version 5, or in that which every version understands.
      expectThat(said === 0x84 || said === 1, `refused with ${said}`);
    }
    await peer.socket.over();
  }),
  must('3.1.2-3', 'closes on the reserved flag', async (stage) => {
    const peer = await stage.open();
    peer.send(stage.connect({ wrongFlags: CONNECT_FLAG.reserved }));
    await peer.expectClosed(0x81, 0x82);
  }),
  must({ v4: '3.1.2-11', v5: '3.1.2-11' }, 'closes on a QoS of no will', async (stage) => {
    const peer = await stage.open();
    peer.send(stage.connect({ wrongFlags: CONNECT_FLAG.willQos1 }));
    await peer.expectClosed(0x81, 0x82);
  }),
  must({ v4: '3.1.2-13' }, 'closes on QoS 2 of no will', async (stage) => {
    const peer = await stage.open();
    peer.send(stage.connect({ wrongFlags: CONNECT_FLAG.willQos1 << 1 }));
    await peer.expectClosed();
  }),
  must({ v4: '3.1.2-14', v5: '3.1.2-12' }, 'closes on a will with QoS 3', async (stage) => {
    const peer = await stage.open();
    peer.send(stage.connect({ will: { ...WILL, topic: stage.topic(), qos: 3 } }));
    await peer.expectClosed(0x81, 0x82, 0x9b);
  }),
  must(
    { v4: '3.1.2-15', v5: '3.1.2-13' },
    'closes on a will that does not exist and is retained',
    async (stage) => {
      const peer = await stage.open();
      peer.send(stage.connect({ wrongFlags: CONNECT_FLAG.willRetain }));
      await peer.expectClosed(0x81, 0x82);
    },
  ),
  must('3.1.2-9', 'closes when the will is announced and left out', async (stage) => {
    const peer = await stage.open();
    const wrongFlags = CONNECT_FLAG.will;
    peer.send(
      stage.connect({
        wrongFlags,
        payload: counted(stage.clientId()),
        userName: undefined,
        password: undefined,
      }),
    );
    await peer.expectClosed(0x81, 0x82);
  }),
  must({ v4: '3.1.2-18', v5: '3.1.2-16' }, 'closes on a user name that is not announced', async (stage) => {
    const peer = await stage.open();
    const payload = Buffer.concat([counted(stage.clientId()), counted('somebody')]);
    peer.send(stage.connect({ payload, userName: undefined, password: undefined }));
    await peer.expectClosed(0x81, 0x82);
  }),
  must(
    { v4: '3.1.2-19', v5: '3.1.2-17' },
    'closes when the user name is announced and left out',
    async (stage) => {
      const peer = await stage.open();
      peer.send(stage.connect({ payload: counted(stage.clientId()), userName: 'x', password: undefined }));
      await peer.expectClosed(0x81, 0x82);
    },
  ),
  must({ v4: '3.1.2-20', v5: '3.1.2-18' }, 'closes on a password that is not announced', async (stage) => {
    const peer = await stage.open();
    const payload = Buffer.concat([stage.clientId(), 'somebody', 'secret'].map(counted));
    peer.send(stage.connect({ payload, userName: 'somebody', password: undefined }));
    await peer.expectClosed(0x81, 0x82);
  }),
  must(
    { v4: '3.1.2-21', v5: '3.1.2-19' },
    'closes when the password is announced and left out',
    async (stage) => {
      const peer = await stage.open();
      const payload = Buffer.concat([stage.clientId(), 'somebody'].map(counted));
      peer.send(stage.connect({ payload, userName: 'somebody', password: 'x' }));
      await peer.expectClosed(0x81, 0x82);
    },
  ),
  must({ v4: '3.1.2-22' }, 'closes on a password without a user name', async (stage) => {
    const peer = await stage.open();
    peer.send(stage.connect({ userName: undefined, password: 'secret' }));
    await peer.expectClosed();
  }),
  must(
    { v4: '3.1.2-24', v5: '3.1.2-22 3.2.2-22' },
    'closes after one and a half times the keep alive',
    async (stage) => {
      const peer = await stage.client({ keepAliveS: 2 });
      const since = performance.now();
      await peer.socket.over(KEEP_ALIVE_WAIT_MS);
      const tookMs = performance.now() - since;
      expectThat(tookMs > 1_900, `closed after ${Math.round(tookMs)} ms`);
    },
  ),
  must({ v4: '3.1.2-24', v5: '3.1.2-22' }, 'stays with a client that pings in time', async (stage) => {
    const peer = await stage.client({ keepAliveS: 1 });
    for (let second = 0; second < 4; second++) {
      await new Promise((resolve) => {
        setTimeout(resolve, 900);
      });
      await peer.ping();
    }
  }),

  must('3.1.3-1', 'reads the fields of the payload in their order', async (stage) => {
    const watcher = await stage.subscriber(stage.topic());
    const peer = await stage.client({ will: { topic: stage.topic(), payload: 'the will' } });
    peer.drop();
    await watcher.receive('the will');
  }),
  must('3.1.3-3', 'closes on CONNECT without a client identifier', async (stage) => {
    const peer = await stage.open();
    peer.send(stage.connect({ payload: Buffer.alloc(0), userName: undefined, password: undefined }));
    await peer.expectClosed(0x81, 0x82);
  }),
  must('3.1.3-4', 'closes on a client identifier that is not UTF-8', async (stage) => {
    const peer = await stage.open();
    peer.send(stage.connect({ clientId: NOT_UTF8 }));
    await peer.expectClosed(0x81, 0x82, 0x85);
  }),
  must('3.1.3-5', 'takes client identifiers of 1 and of 23 bytes, and every letter', async (stage) => {
    for (const clientId of ['Z', ALPHABET.slice(0, 23), ALPHABET.slice(23, 46), ALPHABET.slice(39)]) {
      const peer = await stage.client({ clientId });
      await peer.leave();
    }
  }),
  must('3.1.3-6', 'gives clients without an identifier one each', async (stage) => {
    const [first, { reason }] = await stage.ask({ clientId: '' });
    if (reason !== 0) return;
    const second = await stage.client({ clientId: '' });
    await first.ping();
    await second.ping();
  }),
  must({ v4: '3.1.3-8 3.1.3-9' }, 'refuses a kept session without an identifier with 2', async (stage) => {
    const [peer, { reason }] = await stage.ask({ clientId: '', isCleanStart: false });
    expectEqual(reason, 2, 'return code');
    await peer.expectClosed();
  }),
  must(
    { v4: '3.1.3-10', v5: '3.1.3-11' },
    'closes on the topic of a will that is not UTF-8',
    async (stage) => {
      const peer = await stage.open();
      peer.send(stage.connect({ will: { ...WILL, topic: NOT_UTF8 } }));
      await peer.expectClosed(0x81, 0x82, 0x90);
    },
  ),
  must({ v4: '3.1.3-11', v5: '3.1.3-12' }, 'closes on a user name that is not UTF-8', async (stage) => {
    const peer = await stage.open();
    peer.send(stage.connect({ userName: NOT_UTF8, password: 'x' }));
    await peer.expectClosed(0x81, 0x82, 0x86);
  }),
  must('3.1.4-1', 'closes on a CONNECT with something behind its fields', async (stage) => {
    const peer = await stage.open();
    const payload = Buffer.concat([counted(stage.clientId()), Buffer.of(1, 2, 3)]);
    peer.send(stage.connect({ payload, userName: undefined, password: undefined }));
    await peer.expectClosed(0x81, 0x82);
  }),
  must({ v4: '3.1.4-2', v5: '3.1.4-3' }, 'ends the connection that the client has', async (stage) => {
    const clientId = stage.clientId();
    const first = await stage.client({ clientId });
    const second = await stage.client({ clientId });
    await first.expectClosed(0x8e);
    await second.ping();
  }),
  must({ v4: '3.1.4-4', v5: '3.1.4-5' }, 'answers a CONNECT that is right with success', async (stage) => {
    const [, { reason }] = await stage.ask();
    expectEqual(reason, 0, 'reason of CONNACK');
  }),
  must({ v4: '3.1.4-5' }, 'does nothing of what comes behind a refused CONNECT', async (stage) => {
    const watcher = await stage.subscriber(stage.topic());
    const peer = await stage.open();
    peer.send(stage.connect({ clientId: '', isCleanStart: false }), publish(4, { topic: stage.topic() }));
    await peer.expectClosed(2);
    await watcher.expectSilence();
  }),
  must({ v5: '3.1.4-6' }, 'does nothing of what comes behind a refused CONNECT', async (stage) => {
    const watcher = await stage.subscriber(stage.topic());
    const peer = await stage.open();
    const connect = stage.connect({ properties: [['authenticationMethod', 'conformance']] });
    peer.send(connect, publish(5, { topic: stage.topic() }));
    await peer.expectClosed(0x87, 0x8c);
    await watcher.expectSilence();
  }),
];
