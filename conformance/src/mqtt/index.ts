import type { Scenario } from '../scenario.ts';
import { CONNACK_STATEMENTS } from './connack-statements.ts';
import { CONNECT_STATEMENTS } from './connect-statements.ts';
import { DELIVERY_STATEMENTS } from './delivery-statements.ts';
import { ENDING_STATEMENTS } from './ending-statements.ts';
import { FLOW_STATEMENTS } from './flow-statements.ts';
import { FORMAT_STATEMENTS } from './format-statements.ts';
import type { MqttTarget } from './mqtt-target.ts';
import { PUBLISH_STATEMENTS } from './publish-statements.ts';
import { RETAIN_STATEMENTS } from './retain-statements.ts';
import { SESSION_STATEMENTS } from './session-statements.ts';
import { SHARED_STATEMENTS } from './shared-statements.ts';
import { scenariosOf } from './statement.ts';
import { SUBSCRIBE_STATEMENTS, UNSUBSCRIBE_STATEMENTS } from './subscribe-statements.ts';
import { TOPIC_STATEMENTS } from './topic-statements.ts';
import { WEB_SOCKET_STATEMENTS } from './web-socket-statements.ts';
import { WILL_STATEMENTS } from './will-statements.ts';

const STATEMENTS = [
  ...FORMAT_STATEMENTS,
  ...CONNECT_STATEMENTS,
  ...WILL_STATEMENTS,
  ...CONNACK_STATEMENTS,
  ...PUBLISH_STATEMENTS,
  ...RETAIN_STATEMENTS,
  ...SUBSCRIBE_STATEMENTS,
  ...UNSUBSCRIBE_STATEMENTS,
  ...SESSION_STATEMENTS,
  ...DELIVERY_STATEMENTS,
  ...TOPIC_STATEMENTS,
  ...SHARED_STATEMENTS,
  ...FLOW_STATEMENTS,
  ...ENDING_STATEMENTS,
  ...WEB_SOCKET_STATEMENTS,
];

/** Everything in MQTT 3.1.1 that can be seen from outside of a server. */
export const MQTT_SCENARIOS: readonly Scenario<MqttTarget>[] = scenariosOf(4, STATEMENTS);

/** The same for MQTT 5. */
export const MQTT5_SCENARIOS: readonly Scenario<MqttTarget>[] = scenariosOf(5, STATEMENTS);
