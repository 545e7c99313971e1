/** An element that was parsed. Attributes without a prefix have their plain name, `xml:lang` and the like their whole one. */
export interface Element {
  readonly name: string;
  readonly ns: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

/** The first child of this name and namespace. */
export function childOf(element: Element, name: string, ns: string): Element | undefined {
  for (const child of element.children) {
    if (typeof child !== 'string' && child.name === name && child.ns === ns) return child;
  }
  return undefined;
}

export function childrenOf(element: Element, name: string, ns: string): Element[] {
  return elementsOf(element).filter((child) => child.name === name && child.ns === ns);
}

/** The children that are elements. */
export function elementsOf(element: Element): Element[] {
  return element.children.filter((child): child is Element => typeof child !== 'string');
}

/** The text right inside an element; empty where there is none. */
export function textOf(element: Element | undefined): string {
  if (element === undefined) return '';
  const [only] = element.children;
  if (element.children.length === 1 && typeof only === 'string') return only;
  return element.children.filter((child) => typeof child === 'string').join('');
}
