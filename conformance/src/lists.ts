import { MQTT_SCENARIOS, MQTT5_SCENARIOS } from './mqtt/index.ts';
import { type MqttTarget, mqttTargetOf } from './mqtt/mqtt-target.ts';
import type { Scenario } from './scenario.ts';
import { WEBSOCKET_SCENARIOS } from './websocket/index.ts';
import type { WebSocketTarget } from './websocket/web-socket-peer.ts';
import { XMPP_SCENARIOS } from './xmpp/index.ts';
import type { XmppTarget } from './xmpp/xmpp-peer.ts';
import { xmppTargetOf } from './xmpp/xmpp-target.ts';

/** A list with what it takes to point it at an address. */
export interface List<Target> {
  readonly scenarios: readonly Scenario<Target>[];
  /** How many scenarios may run at once; those of people who hear of each other take turns. */
  readonly parallel?: number;
  targetOf(url: URL): Target;
}

const websocket: List<WebSocketTarget> = {
  scenarios: WEBSOCKET_SCENARIOS,
  targetOf: ({ hostname, port, pathname }) => ({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 80),
    path: pathname,
  }),
};

const mqtt: List<MqttTarget> = { scenarios: MQTT_SCENARIOS, targetOf: mqttTargetOf };
const mqtt5: List<MqttTarget> = { scenarios: MQTT5_SCENARIOS, targetOf: mqttTargetOf };
const xmpp: List<XmppTarget> = { scenarios: XMPP_SCENARIOS, parallel: 1, targetOf: xmppTargetOf };

/** By the name that the command line uses. Each list is run against targets of its own making, so their type is nobody's business. */
export const LISTS: Readonly<Record<string, List<never>>> = {
  websocket: websocket as List<never>,
  mqtt: mqtt as List<never>,
  mqtt5: mqtt5 as List<never>,
  xmpp: xmpp as List<never>,
};
