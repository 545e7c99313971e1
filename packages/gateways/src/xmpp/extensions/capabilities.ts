import { createHash } from 'node:crypto';
import { NS } from '../namespaces.ts';
import { type Xml, xml } from '../xml/write-xml.ts';
import type { Identity } from './discovery.ts';
import type { Extension } from './extension.ts';

// XEP-0115 §4: an address that says which software this is; nothing has to be there.
const NODE = 'urn:x-skein:server';

/** XEP-0115: whoever has heard this hash before need not ask what the server speaks. */
export const CAPABILITIES: Extension = { features: { server: [NS.caps] } };

/** [XM18] §5.1: the hash of what discovery says, however it is ordered there. Names and features have no `<` in them. */
export function capsVersionOf(identities: readonly Identity[], features: readonly string[]): string {
  const said = [
    ...identities.map(({ category, type, name }) => `${category}/${type}//${name}`).sort(byBytes),
    ...[...features].sort(byBytes),
  ];
  const text = said.map((one) => `${one}<`).join('');
  return createHash('sha1').update(text).digest('base64');
}

/** §6.3: as it stands in the stream's features. */
export function capsOf(version: string): Xml {
  return xml('c', { xmlns: NS.caps, hash: 'sha-1', node: NODE, ver: version });
}

/** §6.2: what discovery is asked for by somebody who heard of this version. */
export function capsNodeOf(version: string): string {
  return `${NODE}#${version}`;
}

// §5.1 sorts by octets, RFC 4790 §9.3; all of ours are ASCII.
function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
