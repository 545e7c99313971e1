import { expectThat } from '../scenario.ts';
import type { WireReader } from './wire-reader.ts';
import { byte, counted, fourBytes, type Text, twoBytes, variable } from './wire-values.ts';

type Kind = 'byte' | 'two' | 'four' | 'variable' | 'text' | 'binary' | 'pair';

/** MQTT 5 §2.2.2.2. */
const PROPERTIES = {
  payloadFormatIndicator: [1, 'byte'],
  messageExpiryInterval: [2, 'four'],
  contentType: [3, 'text'],
  responseTopic: [8, 'text'],
  correlationData: [9, 'binary'],
  subscriptionIdentifier: [11, 'variable'],
  sessionExpiryInterval: [17, 'four'],
  assignedClientIdentifier: [18, 'text'],
  serverKeepAlive: [19, 'two'],
  authenticationMethod: [21, 'text'],
  authenticationData: [22, 'binary'],
  requestProblemInformation: [23, 'byte'],
  willDelayInterval: [24, 'four'],
  requestResponseInformation: [25, 'byte'],
  responseInformation: [26, 'text'],
  serverReference: [28, 'text'],
  reasonString: [31, 'text'],
  receiveMaximum: [33, 'two'],
  topicAliasMaximum: [34, 'two'],
  topicAlias: [35, 'two'],
  maximumQos: [36, 'byte'],
  retainAvailable: [37, 'byte'],
  userProperty: [38, 'pair'],
  maximumPacketSize: [39, 'four'],
  wildcardSubscriptionAvailable: [40, 'byte'],
  subscriptionIdentifierAvailable: [41, 'byte'],
  sharedSubscriptionAvailable: [42, 'byte'],
} as const satisfies Record<string, readonly [number, Kind]>;

export type PropertyName = keyof typeof PROPERTIES;
type Value = number | Text | readonly [Text, Text];
/** In the order in which they are on the wire; a name may come again. */
export type Property = readonly [PropertyName, Value];

const NAMES = Object.keys(PROPERTIES) as PropertyName[];

export function encodeProperties(properties: readonly Property[]): Buffer {
  const bytes = Buffer.concat(
    properties.map(([name, value]) => {
      const [id, kind] = PROPERTIES[name];
      return Buffer.concat([byte(id), encodeValue(kind, value)]);
    }),
  );
  return Buffer.concat([variable(bytes.length), bytes]);
}

function encodeValue(kind: Kind, value: Value): Buffer {
  switch (kind) {
    case 'byte':
      return byte(value as number);
    case 'two':
      return twoBytes(value as number);
    case 'four':
      return fourBytes(value as number);
    case 'variable':
      return variable(value as number);
    case 'text':
    case 'binary':
      return counted(value as Text);
    case 'pair':
      return Buffer.concat((value as readonly [Text, Text]).map(counted));
  }
}

/** Errors: a deviation where one is not among those that the packet may have, or comes twice. */
export function decodeProperties(reader: WireReader, allowed: readonly PropertyName[]): Property[] {
  const until = reader.variable() + reader.at;
  const properties: Property[] = [];
  while (reader.at < until) {
    const id = reader.byte();
    const name = NAMES.find((candidate) => PROPERTIES[candidate][0] === id);
    expectThat(name !== undefined, `unknown property ${id}`);
    expectThat(allowed.includes(name), `property ${name} where it must not be`);
    const isRepeatable = name === 'userProperty' || name === 'subscriptionIdentifier';
    expectThat(isRepeatable || properties.every(([other]) => other !== name), `property ${name} twice`);
    properties.push([name, decodeValue(reader, PROPERTIES[name][1])]);
  }
  expectThat(reader.at === until, 'properties are longer than they say');
  return properties;
}

function decodeValue(reader: WireReader, kind: Kind): Value {
  switch (kind) {
    case 'byte':
      return reader.byte();
    case 'two':
      return reader.twoBytes();
    case 'four':
      return reader.fourBytes();
    case 'variable':
      return reader.variable();
    case 'text':
      return reader.text();
    case 'binary':
      return reader.counted();
    case 'pair':
      return [reader.text(), reader.text()];
  }
}

/** The value that comes first under this name. */
export function valueOf(properties: readonly Property[], name: PropertyName): Value | undefined {
  return properties.find(([other]) => other === name)?.[1];
}

export function valuesOf(properties: readonly Property[], name: PropertyName): Value[] {
  return properties.filter(([other]) => other === name).map(([, value]) => value);
}
