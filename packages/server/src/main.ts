#!/usr/bin/env node
import { runProgram } from './commands/program.ts';

// What the server writes is for its own user: data, sockets, keys.
process.umask(0o077);
process.exitCode = await runProgram(process.argv.slice(2));
