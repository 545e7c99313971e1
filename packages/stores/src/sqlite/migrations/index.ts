import { initial } from './001-initial.ts';
import { records } from './002-records.ts';
import { scram } from './003-scram.ts';
import { sentKeys } from './004-sent-keys.ts';
import { attributes } from './005-attributes.ts';
import type { Migration } from './migration.ts';

export type { Migration } from './migration.ts';

/** Every version there ever was, ascending. */
export const MIGRATIONS: readonly Migration[] = [initial, records, scram, sentKeys, attributes];
