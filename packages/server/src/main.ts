#!/usr/bin/env -S node --max-semi-space-size=8
// The flag, here and in `npm start`, bounds the young generation at 8 MiB a half. With Node's default 15,000 sign-ins leave
// twice as much memory behind per connection, for the same time spent on collecting (bench, scenario `idle`).
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// What Node made of the sources the last time, kept beside them and under their owner's control, not in /tmp: half of the
// processor time of a start. Where nobody may write there, the start takes as long as the first one.
const cache = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'skein');
enableCompileCache(cache);
// For the storage threads.
process.env['NODE_COMPILE_CACHE'] ??= cache;

// What the server writes is for its own user: data, sockets, keys.
process.umask(0o077);
// Only what is loaded from here on is cached.
const { runProgram } = await import('./commands/program.ts');
process.exitCode = await runProgram(process.argv.slice(2));
