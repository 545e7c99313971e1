import { readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { ConfigError } from './config-error.ts';
import type { RawSetting } from './raw-setting.ts';

/** The settings of a TOML file, each with the line and column where it stands. */
export function readConfigFile(path: string): readonly RawSetting[] {
  const text = readText(path);
  const places = placesOf(text);
  return flatten(parseToml(path, text)).map(([key, raw]) => {
    const place = places.get(key);
    return { key, raw, origin: 'file', where: place === undefined ? path : `${path}:${place}` };
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError([{ where: path, message: `cannot be read: ${(error as Error).message}` }]);
  }
}

function parseToml(path: string, text: string): object {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [summary = ''] = error.message.split('\n');
    throw new ConfigError([{ where: `${path}:${error.line}:${error.column}`, message: summary }]);
  }
}

function flatten(table: object, prefix = ''): [string, unknown][] {
  return Object.entries(table).flatMap(([name, value]: [string, unknown]) =>
    isTable(value) ? flatten(value, `${prefix}${name}.`) : [[`${prefix}${name}`, value] as [string, unknown]],
  );
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

const HEADER = /^\s*\[\s*([\w.\s"'-]+?)\s*\]/;
const ASSIGNMENT = /^(\s*)([\w."'-]+(?:\s*\.\s*[\w"'-]+)*)\s*=/;

/**
 * dotted key → `line:column`. The parser keeps no positions of what it could read, so they are found by a second look;
 * a line inside a multi-line text can at worst make a message point to the wrong line.
 */
function placesOf(text: string): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  let section = '';
  for (const [index, line] of text.split('\n').entries()) {
    const header = HEADER.exec(line)?.[1];
    if (header !== undefined) section = `${bare(header)}.`;
    const [, indent = '', name] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined) continue;
    const key = section + bare(name);
    if (!places.has(key)) places.set(key, `${index + 1}:${indent.length + 1}`);
  }
  return places;
}

function bare(key: string): string {
  return key.replaceAll(/[\s"']/g, '');
}
