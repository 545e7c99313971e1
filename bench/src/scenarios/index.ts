import type { Scenario } from '../harness/measurement.ts';
import { direct } from './direct.ts';
import { fanOut } from './fan-out.ts';
import { idle } from './idle.ts';
import { mqtt } from './mqtt.ts';
import { mqttStorm } from './mqtt-storm.ts';
import { network } from './network.ts';
import { protocols } from './protocols.ts';
import { stalled } from './stalled.ts';
import { storm } from './storm.ts';
import { sync } from './sync.ts';
import { wire } from './wire.ts';
import { xmpp } from './xmpp.ts';

/** Every scenario, in the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [
  wire,
  protocols,
  network,
  direct,
  fanOut,
  sync,
  mqtt,
  xmpp,
  stalled,
  storm,
  mqttStorm,
  idle,
];
