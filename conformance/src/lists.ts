import { MQTT_SCENARIOS, MQTT5_SCENARIOS } from './mqtt/index.ts';
import { type MqttTarget, mqttTargetOf } from './mqtt/mqtt-target.ts';
import type { Scenario } from './scenario.ts';
import { WEBSOCKET_SCENARIOS } from './websocket/index.ts';
import type { WebSocketTarget } from './websocket/web-socket-peer.ts';

/** A list with what it takes to point it at an address. */
export interface List<Target> {
  readonly scenarios: readonly Scenario<Target>[];
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

/** By the name that the command line uses. Each list is run against targets of its own making, so their type is nobody's business. */
export const LISTS: Readonly<Record<string, List<never>>> = {
  websocket: websocket as List<never>,
  mqtt: mqtt as List<never>,
  mqtt5: mqtt5 as List<never>,
};
