import { createHash } from 'node:crypto';
import { NS } from '../namespaces.ts';
import { childrenOf, type Element, textOf } from '../xml/element.ts';
import { type Xml, xml } from '../xml/write-xml.ts';
import type { Extension, Identity } from './extension.ts';

// XEP-0115 §4: an address that says which software this is; nothing has to be there.
const NODE = 'urn:x-skein:server';

/** XEP-0115: whoever has heard this hash before need not ask what the server speaks. */
export const CAPABILITIES: Extension = { features: { server: [NS.caps] } };

/** [XM18] §5.1: the hash of what discovery says, however it is ordered there. */
export function capsVersionOf(identities: readonly Identity[], features: readonly string[]): string {
  return hashOf([
    ...identities.map(({ category, type, name }) => `${category}/${type}//${name}`).sort(byBytes),
    ...[...features].sort(byBytes),
  ]);
}

/** [XM72] §5.4: the same of what a client answered, forms and all. */
export function capsVersionIn(query: Element): string {
  const identities = childrenOf(query, 'identity', NS.discoInfo).map(({ attrs }) =>
    ['category', 'type', 'xml:lang', 'name'].map((name) => attrs[name] ?? '').join('/'),
  );
  const forms = childrenOf(query, 'x', NS.dataForms).map(valuesIn);
  forms.sort(([a = ''], [b = '']) => byBytes(a, b));
  return hashOf([...identities.sort(byBytes), ...featuresIn(query).sort(byBytes), ...forms.flat()]);
}

export function featuresIn(query: Element): string[] {
  return childrenOf(query, 'feature', NS.discoInfo).map(({ attrs }) => attrs['var'] ?? '');
}

/** §5.1, 6 and 7: the type of a form, and its other fields with their values. */
function valuesIn(form: Element): string[] {
  const fields = childrenOf(form, 'field', NS.dataForms).map((field) => ({
    name: field.attrs['var'] ?? '',
    values: childrenOf(field, 'value', NS.dataForms).map(textOf).sort(byBytes),
  }));
  const type = fields.find(({ name }) => name === 'FORM_TYPE')?.values[0] ?? '';
  const others = fields.filter(({ name }) => name !== 'FORM_TYPE');
  others.sort((a, b) => byBytes(a.name, b.name));
  return [type, ...others.flatMap(({ name, values }) => [name, ...values])];
}

/** Names and features have no `<` in them. */
function hashOf(said: readonly string[]): string {
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

// §5.1 sorts by octets, RFC 4790 §9.3.
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
