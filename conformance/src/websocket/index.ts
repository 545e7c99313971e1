import type { Scenario } from '../scenario.ts';
import { CLOSING_SCENARIOS } from './closing-scenarios.ts';
import { COMPRESSION_SCENARIOS } from './compression-scenarios.ts';
import { HANDSHAKE_SCENARIOS } from './handshake-scenarios.ts';
import { MESSAGE_SCENARIOS } from './message-scenarios.ts';
import type { WebSocketTarget } from './web-socket-peer.ts';

/** Everything in RFC 6455 and RFC 7692 that can be seen from outside of a server, which has to echo messages for it. */
export const WEBSOCKET_SCENARIOS: readonly Scenario<WebSocketTarget>[] = [
  ...HANDSHAKE_SCENARIOS,
  ...MESSAGE_SCENARIOS,
  ...CLOSING_SCENARIOS,
  ...COMPRESSION_SCENARIOS,
];
