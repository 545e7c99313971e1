import { connect } from 'node:net';
import { SkeinProcess, temporaryFolder } from '@skein/server/testing';
import {
  describeGateway,
  describeGatewayMatrix,
  describeGatewaysTogether,
  type GatewayServer,
} from '@skein/testkit/contracts';
import {
  HTTP_EVENTS,
  HTTP_LONG_POLL,
  JSON_LINES,
  MQTT_3,
  MQTT_5,
  MQTT_5_WEBSOCKET,
  NATIVE_TCP,
  NATIVE_WEBSOCKET,
  XMPP,
} from './drivers/index.ts';

/** A new gateway's driver is one more here. */
const DRIVERS = [
  NATIVE_TCP,
  NATIVE_WEBSOCKET,
  JSON_LINES,
  MQTT_3,
  MQTT_5,
  MQTT_5_WEBSOCKET,
  XMPP,
  HTTP_EVENTS,
  HTTP_LONG_POLL,
];

for (const driver of DRIVERS) describeGateway(driver, openServer);
describeGatewaysTogether(DRIVERS, openServer);
describeGatewayMatrix(DRIVERS, openServer);

/** A real server of the suite's own. */
async function openServer(): Promise<GatewayServer & AsyncDisposable> {
  const folder = temporaryFolder();
  // Five scenarios at once sign in on a machine that others use too.
  const patient = ['--set', 'limits.sign_in_timeout_ms=60s'];
  const skein = new SkeinProcess({ folder: folder.path, args: ['start', '--port', '0', ...patient] });
  const { port } = await skein.ready();
  return {
    port,
    addUser: (user, password) => register(port, user, password),
    [Symbol.asyncDispose]: async () => {
      await skein[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** On loopback anybody may register; a line of JSON is the shortest way. */
function register(port: number, user: string, password: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.end(`${JSON.stringify({ register: user, password })}\n`);
    });
    let answer = '';
    socket.on('data', (bytes) => (answer += String(bytes)));
    socket.on('error', reject);
    socket.on('close', () => {
      if (answer.includes('"welcome"')) resolve();
      else reject(new Error(`${user} could not register: ${answer}`));
    });
  });
}
