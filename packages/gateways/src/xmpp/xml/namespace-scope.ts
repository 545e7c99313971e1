import { NS } from '../namespaces.ts';
import { StreamError } from '../stream/stream-error.ts';

/** The prefixes that hold inside an element; most elements share their parent's. */
export interface NamespaceScope {
  readonly byPrefix: ReadonlyMap<string, string>;
  /** Of names without a prefix. */
  readonly defaultNs: string;
}

export const OUTERMOST: NamespaceScope = { byPrefix: new Map([['xml', NS.xml]]), defaultNs: '' };

/** Namespaces in XML 1.0 §3: the scope of an element with these attributes. */
export function scopeWith(
  outer: NamespaceScope,
  attributes: Readonly<Record<string, string>>,
): NamespaceScope {
  let { defaultNs } = outer;
  let byPrefix: Map<string, string> | null = null;
  for (const name in attributes) {
    if (!name.startsWith('xmlns')) continue;
    const value = attributes[name] ?? '';
    if (name === 'xmlns') {
      defaultNs = value;
    } else if (name[5] === ':') {
      const prefix = name.slice(6);
      // §3: these two are bound for ever, and a prefix is bound to something.
      if (value === '' || prefix === 'xmlns' || (prefix === 'xml') !== (value === NS.xml)) {
        throw new StreamError('bad-namespace-prefix', prefix);
      }
      byPrefix ??= new Map(outer.byPrefix);
      byPrefix.set(prefix, value);
    }
  }
  if (byPrefix === null && defaultNs === outer.defaultNs) return outer;
  return { byPrefix: byPrefix ?? outer.byPrefix, defaultNs };
}

/** The name of an element in its namespace. */
export function resolveName(scope: NamespaceScope, qualified: string): { name: string; ns: string } {
  const colon = qualified.indexOf(':');
  if (colon === -1) return { name: qualified, ns: scope.defaultNs };
  return { name: qualified.slice(colon + 1), ns: namespaceOf(scope, qualified.slice(0, colon)) };
}

/** The attributes of an element without the declarations among them; their prefixes are bound. */
export function resolveAttributes(
  scope: NamespaceScope,
  attributes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  let hasDeclarations = false;
  for (const name in attributes) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) hasDeclarations = true;
    else if (name.includes(':')) namespaceOf(scope, name.slice(0, name.indexOf(':')));
  }
  if (!hasDeclarations) return attributes;
  const kept: Record<string, string> = Object.create(null);
  for (const name in attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) kept[name] = attributes[name] ?? '';
  }
  return kept;
}

function namespaceOf(scope: NamespaceScope, prefix: string): string {
  const ns = scope.byPrefix.get(prefix);
  if (ns === undefined) throw new StreamError('bad-namespace-prefix', prefix);
  return ns;
}
