import { expectEqual } from '../scenario.ts';
import { OPCODE } from '../websocket/frame.ts';
import { type Response, WebSocketPeer } from '../websocket/web-socket-peer.ts';
import { packet } from './encode-packet.ts';
import type { Stage } from './stage.ts';
import { must, type Statement } from './statement.ts';

const PINGRESP = 'd000';

/** Chapter 6: MQTT over WebSocket. */
export const WEB_SOCKET_STATEMENTS: readonly Statement[] = [
  must('6.0.0-4', 'selects the subprotocol mqtt', async (stage) => {
    const [peer, { headers }] = await opened(stage);
    using _ = peer;
    expectEqual(headers.get('sec-websocket-protocol'), 'mqtt', 'subprotocol');
  }),
  must('6.0.0-1', 'speaks in binary messages', async (stage) => {
    const [peer] = await opened(stage);
    using _ = peer;
    peer.send({ opcode: OPCODE.binary, payload: stage.connect() });
    const { opcode, payload } = await peer.readMessage();
    expectEqual(opcode, OPCODE.binary, 'opcode');
    expectEqual(payload[0], 0x20, 'first byte of CONNACK');
  }),
  must('6.0.0-1', 'closes on a text message', async (stage) => {
    const [peer] = await opened(stage);
    using _ = peer;
    peer.send({ opcode: OPCODE.binary, payload: stage.connect() });
    await peer.readMessage();
    peer.send({ opcode: OPCODE.text, payload: 'PINGREQ' });
    // With whatever close code, as the standard names none, and in MQTT 5 after a DISCONNECT.
    while ((await peer.readFrame()).opcode !== OPCODE.close);
    peer.send({ opcode: OPCODE.close });
    await peer.socket.over();
  }),
  must('6.0.0-2', 'takes packets that are cut anywhere', async (stage) => {
    const [peer] = await opened(stage);
    using _ = peer;
    const connect = stage.connect();
    peer.send({ opcode: OPCODE.binary, payload: connect.subarray(0, 3) });
    peer.send({ opcode: OPCODE.binary, payload: connect.subarray(3, 10) });
    peer.send({ opcode: OPCODE.binary, payload: Buffer.concat([connect.subarray(10), packet('pingreq')]) });
    expectEqual((await behindConnack(peer)).toString('hex'), PINGRESP, 'PINGRESP');
  }),
];

function opened(stage: Stage): Promise<[WebSocketPeer, Response]> {
  return WebSocketPeer.ask(stage.target.webSocket, { headers: { 'Sec-WebSocket-Protocol': 'mqtt' } }).then(
    (asked) => {
      expectEqual(asked[1].status, 101, 'status of the handshake');
      return asked;
    },
  );
}

/** What comes behind CONNACK, which is shorter than 128 bytes; messages may be cut anywhere. */
async function behindConnack(peer: WebSocketPeer): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const connackBytes = 2 + (bytes[1] ?? 0);
    if (bytes.length >= connackBytes + 2) return bytes.subarray(connackBytes);
    bytes = Buffer.concat([bytes, (await peer.readMessage()).payload]);
  }
}
