import { unreachable } from '@skein/model';
import type { Setting, Value } from './setting.ts';

export type ParsedValue =
  | { readonly outcome: 'parsed'; readonly value: Value }
  | { readonly outcome: 'wrong'; readonly expected: string };

const DURATION_UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
const SIZE_UNITS = {
  GiB: 1_073_741_824,
  MiB: 1_048_576,
  KiB: 1_024,
  GB: 1_000_000_000,
  MB: 1_000_000,
  kB: 1_000,
  B: 1,
} as const;

/** Reads a value as a file, a variable or a flag gives it: typed TOML or text. */
export function parseValue(setting: Setting, raw: unknown): ParsedValue {
  switch (setting.kind) {
    case 'text':
      return typeof raw === 'string' ? parsed(raw) : wrong('text in quotes');
    case 'texts':
      return parseTexts(raw);
    case 'boolean':
      return parseBoolean(raw);
    case 'port':
      return parseNumber(raw, (port) => Number.isInteger(port) && port <= 65_535, 'a port from 0 to 65535');
    case 'number':
      return parseNumber(raw, (number) => number > 0, 'a number above 0');
    case 'duration':
      return parseWithUnit(raw, DURATION_UNITS, 'a duration such as "30s", "500ms", "5m" or "1h"');
    case 'size':
      return parseWithUnit(raw, SIZE_UNITS, 'a size such as "64KiB" or "10MB"');
    case 'choice':
      return parseChoice(raw, setting.choices ?? []);
    default:
      return unreachable(setting.kind);
  }
}

/** Writes a value so that {@link parseValue} reads the same one; TOML syntax. */
export function formatValue(setting: Setting, value: Value): string {
  if (value === null) return '""';
  if (typeof value === 'number' && setting.kind === 'duration') return `"${inUnit(value, DURATION_UNITS)}"`;
  if (typeof value === 'number' && setting.kind === 'size') return `"${inUnit(value, SIZE_UNITS)}"`;
  return JSON.stringify(value);
}

function parseTexts(raw: unknown): ParsedValue {
  const expected = 'a list of texts such as ["a", "b"]';
  if (Array.isArray(raw))
    return raw.every((item) => typeof item === 'string') ? parsed(raw) : wrong(expected);
  if (typeof raw !== 'string') return wrong(expected);
  if (raw.trim() === '') return parsed([]);
  if (!raw.trimStart().startsWith('[')) return parsed(raw.split(',').map((item) => item.trim()));
  try {
    const list: unknown = JSON.parse(raw);
    return Array.isArray(list) ? parseTexts(list) : wrong(expected);
  } catch {
    return wrong(expected);
  }
}

function parseBoolean(raw: unknown): ParsedValue {
  if (typeof raw === 'boolean') return parsed(raw);
  return raw === 'true' || raw === 'false' ? parsed(raw === 'true') : wrong('true or false');
}

function parseNumber(raw: unknown, isFine: (value: number) => boolean, expected: string): ParsedValue {
  const value = typeof raw === 'string' && /^\d+(?:\.\d+)?$/.test(raw.trim()) ? Number(raw) : raw;
  return typeof value === 'number' && value >= 0 && isFine(value) ? parsed(value) : wrong(expected);
}

function parseWithUnit(raw: unknown, units: Readonly<Record<string, number>>, expected: string): ParsedValue {
  if (typeof raw === 'number') return Number.isSafeInteger(raw) && raw > 0 ? parsed(raw) : wrong(expected);
  const [, digits = '', unit = ''] =
    /^(\d{1,12}) ?([A-Za-z]*)$/.exec(typeof raw === 'string' ? raw.trim() : '') ?? [];
  const factor = unit === '' ? 1 : Object.hasOwn(units, unit) ? (units[unit] ?? 0) : 0;
  const value = Number(digits) * factor;
  return digits !== '' && Number.isSafeInteger(value) && value > 0 ? parsed(value) : wrong(expected);
}

function parseChoice(raw: unknown, choices: readonly string[]): ParsedValue {
  const isKnown = typeof raw === 'string' && choices.includes(raw);
  return isKnown ? parsed(raw) : wrong(`one of ${choices.map((choice) => `"${choice}"`).join(', ')}`);
}

/** The largest unit that needs no fraction. */
function inUnit(value: number, units: Readonly<Record<string, number>>): string {
  const [unit, factor] = Object.entries(units).find(([, size]) => value % size === 0) ?? ['', 1];
  return `${value / factor}${unit}`;
}

function parsed(value: Value): ParsedValue {
  return { outcome: 'parsed', value };
}

function wrong(expected: string): ParsedValue {
  return { outcome: 'wrong', expected };
}
