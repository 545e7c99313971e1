import { describe, expect, it } from 'vitest';
import { answerText } from '../http/answer.ts';
import { refuseUpgrade } from '../session/refuse-upgrade.ts';
import { FakeCore } from '../testing/fake-core.ts';
import { openPort, type TestPort, TestSocket, until } from '../testing/test-port.ts';
import { WebSocketClient } from '../testing/web-socket-client.ts';
import type { Doors, Gateway, TakeUpgrade } from './doors.ts';

const MQTT_CONNECT = Uint8Array.of(0x10, 0x0c, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 0);

describe('the doors of gateways', () => {
  it('[GW3] are used in place of a refusal once there is a gateway', async () => {
    const port = await openWith({ sockets: { mqtt: (socket, bytes) => socket.end(bytes.subarray(0, 2)) } });
    const client = await TestSocket.open(port.port);
    client.write(MQTT_CONNECT);
    await until(() => client.isEnded);
    expect([...client.received]).toEqual([0x10, 0x0c]);
  });

  it.each([
    ['/im', 'a.v1', 299],
    ['/im', 'other, a.v1', 299],
    ['/im', 'b.v1', 298],
    ['/im', 'b.v1, a.v1', 299],
    ['/im', 'a.v10', 400],
    ['/im', null, 400],
    ['/im/', 'a.v1', 404],
    ['/own', null, 297],
    ['/none', 'a.v1', 404],
  ])('[GW24] are chosen for a WebSocket by path and subprotocol: %s with %s', async (path, offer, status) => {
    const port = await openWith({
      upgrades: [
        { path: '/im', subprotocols: ['a.v1'], take: saying(299) },
        { path: '/im', subprotocols: ['b.v1'], take: saying(298) },
        { path: '/own', subprotocols: null, take: saying(297) },
      ],
    });
    const client = await TestSocket.open(port.port);
    const protocol = offer === null ? '' : `Sec-WebSocket-Protocol: ${offer}\r\n`;
    client.write(
      `GET ${path}?x=1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${protocol}\r\n`,
    );
    await until(() => client.isEnded);
    const detail = status === 400 ? 'Offer a subprotocol: a.v1 or b.v1.' : '';
    expect(client.text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(client.text).toContain(detail);
  });

  it('[GW24] leave the native WebSocket where it is', async () => {
    const client = await WebSocketClient.open(await openWith({}));
    expect(client.webSocket.readyState).toBe(1);
  });

  it.each([
    ['GET', '/v9', 'v9'],
    ['POST', '/v9/users?x=1', 'v9'],
    ['DELETE', '/v9/', 'v9'],
    ['GET', '/v99', '"status":404'],
    ['GET', '/x/v9', '"status":404'],
    ['GET', '/livez', 'ok'],
  ])(
    '[GW25] are chosen for a request by the first segment of its path: %s %s',
    async (method, path, body) => {
      const port = await openWith({
        requests: [{ prefix: '/v9', take: (_request, response) => answerText(response, 200, 'v9') }],
      });
      const response = await fetch(port.url + path, { method });
      expect(await response.text()).toContain(body);
    },
  );

  it('[GW12] survive what a gateway throws, and report it', async () => {
    const port = await openWith({
      requests: [{ prefix: '/bad', take: () => Promise.reject(new Error('a bug')) }],
    });
    await expect(fetch(`${port.url}/bad`)).rejects.toThrow();
    expect((await fetch(`${port.url}/livez`)).status).toBe(200);
    expect(port.bugs).toEqual([new Error('a bug')]);
  });
});

function openWith(doors: Doors): Promise<TestPort> {
  const gateway: Gateway = () => doors;
  return openPort(new FakeCore(), {}, [gateway]);
}

function saying(status: number): TakeUpgrade {
  return (_request, socket) => refuseUpgrade(socket, status, 'taken');
}
