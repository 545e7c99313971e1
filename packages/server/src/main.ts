#!/usr/bin/env -S node --max-semi-space-size=8
// The flag, here and in `npm start`, bounds the young generation at 8 MiB a half. With Node's default 15,000 sign-ins leave
// twice as much memory behind per connection, for the same time spent on collecting (bench, scenario `idle`).
import { runProgram } from './commands/program.ts';

// What the server writes is for its own user: data, sockets, keys.
process.umask(0o077);
process.exitCode = await runProgram(process.argv.slice(2));
