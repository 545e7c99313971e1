import * as direct from './direct-load.ts';
import * as fanOut from './fan-out-load.ts';
import * as idle from './idle-load.ts';
import * as mqtt from './mqtt-load.ts';
import * as mqttStorm from './mqtt-storm-load.ts';
import * as storm from './storm-load.ts';
import * as sync from './sync-load.ts';
import * as wire from './wire-load.ts';
import * as xmpp from './xmpp-load.ts';

/** Everything that the bench can ask of a load process: one function each, arguments and answers plain objects. */
export const COMMANDS = {
  openDirectLines: direct.openDirectLines,
  runClosedLoop: direct.runClosedLoop,
  runOpenLoop: direct.runOpenLoop,

  openFanOut: fanOut.openFanOut,
  runFanOut: fanOut.runFanOut,
  acknowledgeRarely: fanOut.acknowledgeRarely,
  runFanOutOpen: fanOut.runFanOutOpen,
  stallExtraMember: fanOut.stallExtraMember,
  isExtraMemberClosed: fanOut.isExtraMemberClosed,

  openIdle: idle.openIdle,
  closeIdle: idle.closeIdle,
  heartbeatAll: idle.heartbeatAll,
  countClosed: idle.countClosed,

  openStorm: storm.openStorm,
  cutAll: storm.cutAll,
  awaitCut: storm.awaitCut,

  prepareSync: sync.prepareSync,
  repeatSync: sync.repeatSync,
  repeatReturn: sync.repeatReturn,

  openMqttPairs: mqtt.openMqttPairs,
  runMqttPairs: mqtt.runMqttPairs,
  openMqttFanOut: mqtt.openMqttFanOut,
  runMqttFanOut: mqtt.runMqttFanOut,

  openMqttStorm: mqttStorm.openMqttStorm,
  cutMqttStorm: mqttStorm.cutMqttStorm,

  openXmppPairs: xmpp.openXmppPairs,
  runXmppPairs: xmpp.runXmppPairs,

  measureWire: wire.measureWire,
};

export type Commands = typeof COMMANDS;
export type CommandName = keyof Commands;
export type CommandArgument<Name extends CommandName> = Parameters<Commands[Name]>[0];
export type CommandResult<Name extends CommandName> = Awaited<ReturnType<Commands[Name]>>;

/** What travels over the pipe. */
export interface Call {
  readonly id: number;
  readonly name: CommandName;
  readonly argument: unknown;
}

export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };
