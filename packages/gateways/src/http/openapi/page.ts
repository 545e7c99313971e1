import type { Document, Operation } from './document.ts';
import type { Schema } from './json-schema.ts';

/** The document as one page of plain HTML: no script, and nothing that is loaded from elsewhere. */
export function describePage(document: Document): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = document.tags.map(({ name, description }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    return `<section><h2 id="${name}">${name}</h2><p>${text(description)}</p>${own.map(operationHtml).join('')}</section>`;
  });
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `<details id="${name}"><summary><code>${name}</code></summary>${schemaHtml(schema)}</details>`,
  );
  const links = [...document.tags.map(({ name }) => name), 'Messages of the schema'].map(
    (name) => `<a href="#${name.replaceAll(' ', '-')}">${name}</a>`,
  );
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${text(document.info.title)} by HTTP</title><link rel="stylesheet" href="/api/style.css"></head><body>`,
    `<header><h1>${text(document.info.title)} by HTTP</h1><p>${text(document.info.description)}</p>`,
    `<p><a href="/openapi.json">openapi.json</a></p><nav>${links.join(' ')}</nav></header><main>`,
    `<section><h2>In a shell</h2><pre>${text(EXAMPLE)}</pre></section>`,
    ...sections,
    `<section><h2 id="Messages-of-the-schema">Messages of the schema</h2>${schemas.join('')}</section>`,
    '</main></body></html>\n',
  ].join('\n');
}

const EXAMPLE = `curl -s $URL/rpc/skein.v1.Accounts/SignIn -H 'Content-Type: application/json' \\
     -d '{"password":{"user":"alice","password":"…"}}'
curl -s $URL/rpc/skein.v1.Messages/Send -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
     -H 'Idempotency-Key: order-17' -d '{"conversation":1,"text":"你好"}'
curl -sN $URL/v1/events -H "Authorization: Bearer $TOKEN"`;

interface Shown {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function operationHtml({ path, method, operation }: Shown): string {
  const { operationId, summary, description } = operation;
  const input = bodySchema(operation['requestBody']);
  const answers = operation['responses'] as Record<string, { description?: string; $ref?: string }>;
  const output = bodySchema(answers['200']);
  const problems = Object.keys(answers).filter((status) => status !== '200');
  return [
    `<article id="${operationId}"><h3>${text(summary)}</h3>`,
    `<p class="path"><b>${method.toUpperCase()}</b> <code>${text(path)}</code></p>`,
    description === summary ? '' : `<p>${text(description)}</p>`,
    parametersHtml(operation['parameters'] as readonly Parameter[] | undefined),
    input === undefined ? '' : `<p>Takes ${typeHtml(input)}</p>`,
    output === undefined ? '' : `<p>Answers ${typeHtml(output)}</p>`,
    `<p class="problems">Problems: ${problems.join(', ')}</p></article>`,
  ].join('');
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description: string;
}

function parametersHtml(parameters: readonly Parameter[] = []): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    ({ name, in: place, description }) =>
      `<tr><td><code>${text(name)}</code></td><td>${place}</td><td>${text(description)}</td></tr>`,
  );
  return `<table>${rows.join('')}</table>`;
}

function bodySchema(body: unknown): Schema | undefined {
  const { content } = (body ?? {}) as { content?: Record<string, { schema: Schema }> };
  return Object.values(content ?? {})[0]?.schema;
}

function schemaHtml({ description, properties, ...rest }: Schema): string {
  const fields = Object.entries((properties ?? {}) as Record<string, Schema>).map(
    ([name, { description: comment, ...schema }]) =>
      `<tr><td><code>${text(name)}</code></td><td>${typeHtml(schema)}</td><td>${text(comment as string | undefined)}</td></tr>`,
  );
  const said = description === undefined ? '' : `<p>${text(description as string)}</p>`;
  const table = fields.length === 0 ? `<p>${typeHtml(rest)}</p>` : `<table>${fields.join('')}</table>`;
  return said + table;
}

/** A type in words: a link to a message, a list of one, the values of an enumeration. */
function typeHtml(schema: Schema): string {
  const {
    $ref,
    anyOf,
    items,
    enum: values,
    type,
  } = schema as {
    $ref?: string;
    anyOf?: Schema[];
    items?: Schema;
    enum?: string[];
    type?: string | string[];
  };
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return `<a href="#${name}">${text(name)}</a>`;
  }
  if (anyOf !== undefined)
    return anyOf
      .filter((one) => one['type'] !== 'null')
      .map(typeHtml)
      .join(' or ');
  if (items !== undefined) return `list of ${typeHtml(items)}`;
  if (values !== undefined) return values.map((value) => `<code>${text(value)}</code>`).join(' ');
  const types = (Array.isArray(type) ? type : [type ?? 'nothing']).filter((one) => one !== 'null');
  return text(types.join(' or '));
}

function text(plain = ''): string {
  return plain.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
