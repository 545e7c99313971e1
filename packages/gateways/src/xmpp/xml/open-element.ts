import type { Element } from './element.ts';
import { type NamespaceScope, resolveAttributes, resolveName, scopeWith } from './namespace-scope.ts';

/** An element that is being read. */
export interface OpenElement extends Element {
  readonly children: (Element | string)[];
  /** What prefixes mean inside of it. */
  readonly scope: NamespaceScope;
}

/**
 * An element with nothing in it yet, of its name and attributes as they were written.
 *
 * Errors: throws StreamError bad-namespace-prefix.
 */
export function openElement(
  outer: NamespaceScope,
  qualified: string,
  attributes: Readonly<Record<string, string>>,
): OpenElement {
  const scope = scopeWith(outer, attributes);
  const { name, ns } = resolveName(scope, qualified);
  return { name, ns, attrs: resolveAttributes(scope, attributes), children: [], scope };
}
