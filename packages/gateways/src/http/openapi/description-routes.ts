import type { Exchange } from '../exchange.ts';
import { JSON_TYPE } from '../exchange.ts';
import type { Route } from '../router.ts';
import { openApiDocument } from './document.ts';
import { describePage } from './page.ts';
import { PAGE_STYLE } from './page-style.ts';

/** [HT16] The document and the page that shows it; made when somebody first asks. */
export function descriptionRoutes(): readonly Route[] {
  const document = once(openApiDocument);
  const json = once(() => JSON.stringify(document()));
  const page = once(() => describePage(document()));
  const served = (type: string, body: () => string) => (exchange: Exchange) =>
    exchange.answer(200, type, body());
  return [
    { method: 'GET', path: '/openapi.json', take: served(JSON_TYPE, json) },
    { method: 'GET', path: '/api', take: served('text/html; charset=utf-8', page) },
    { method: 'GET', path: '/api/style.css', take: served('text/css; charset=utf-8', () => PAGE_STYLE) },
  ];
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
