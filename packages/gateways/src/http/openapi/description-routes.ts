import type { Route } from '../router.ts';
import { webFileOf } from '../web-files.ts';
import { openApiDocument } from './document.ts';
import { describePage } from './page.ts';
import { PAGE_STYLE } from './page-style.ts';

/** [HT16] The document and the page that shows it; made when somebody first asks. */
export function descriptionRoutes(): readonly Route[] {
  const document = once(openApiDocument);
  return [
    documentRoute('/openapi.json', 'openapi.json', () => JSON.stringify(document())),
    documentRoute('/api', 'api.html', () => describePage(document())),
    documentRoute('/api/style.css', 'style.css', () => PAGE_STYLE),
  ];
}

function documentRoute(path: string, name: string, text: () => string): Route {
  const file = once(() => webFileOf(name, Buffer.from(text())));
  return { method: 'GET', path, isDocument: true, take: async (exchange) => exchange.file(await file()) };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
