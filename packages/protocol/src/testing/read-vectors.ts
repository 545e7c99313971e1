import { readFileSync } from 'node:fs';

/** The cases of one file of vectors/. */
export function readVectors<Case extends object>(name: string): readonly Case[] {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8')) as Case[];
}
