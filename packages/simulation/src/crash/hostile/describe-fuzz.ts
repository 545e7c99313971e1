import type { AnswerTable } from './answer-table.ts';
import type { FuzzReport } from './fuzz.ts';

// On a machine with cores to spare; see silent-peers.system.test.ts.
const ANSWER_MS_MAX = 500;
const WAKE_UPS = 4;
const GREW_MIB_MAX = 64;
// Some 35 MiB after the warm-up of all ways in, buffers of the store among them, and no more after tens of thousands of frames.
const LIVE_MIB_MAX = 64;

/** A fuzz whose requests are mostly sent away at the door tries nothing that lies behind it. */
const UNAUTHORIZED_SHARE_MAX = 0.2;

export function describeFuzz({ seed, sent, answers, song, grewMiB, liveMiB, bugs }: FuzzReport): string {
  const tables = Object.entries(answers).map(
    ([way, table]) => `${way}\n${[table.describe(), ...table.examples].join('\n')}\n`,
  );
  const ways = Object.entries(sent).map(([name, count]) => `${count} ${name}`);
  return (
    `${tables.join('')}seed ${seed}: ${ways.join(', ')}; ${bugs} bugs, memory +${grewMiB.toFixed(1)} MiB, ${liveMiB.toFixed(1)} MiB in use; ` +
    `canary ${song.answered} of ${song.said} answered, ${song.heard} heard, p99 ${song.p99Ms.toFixed(0)} ms, ` +
    `longest ${song.longestMs.toFixed(0)} ms, timers late by ${song.lateP99Ms.toFixed(0)} ms`
  );
}

/** [HO7] What must hold whatever was thrown. */
export function faultsOfFuzz({ answers, song, grewMiB, liveMiB, bugs, isAlive }: FuzzReport): string[] {
  const faults: string[] = [];
  if (!isAlive) faults.push('the server died');
  if (bugs > 0) faults.push(`${bugs} connections were ended by a bug`);
  if (song.heard !== song.said || song.answered !== song.said) faults.push('the canary was not heard');
  if (song.p99Ms > ANSWER_MS_MAX + WAKE_UPS * song.lateP99Ms)
    faults.push(`the canary waited ${song.p99Ms.toFixed(0)} ms`);
  if (grewMiB > GREW_MIB_MAX) faults.push(`the process grew by ${grewMiB.toFixed(0)} MiB`);
  if (liveMiB > LIVE_MIB_MAX) faults.push(`${liveMiB.toFixed(0)} MiB are in use`);
  for (const [way, table] of Object.entries(answers)) faults.push(...faultsOfAnswers(way, table));
  return faults;
}

function faultsOfAnswers(way: string, table: AnswerTable): string[] {
  const faults: string[] = [];
  const all = table.count('carried out') + table.count('refused') + table.count('unauthorized');
  if (table.count('strange') > 0) faults.push(`${table.count('strange')} answers of ${way} make no sense`);
  if (table.count('unanswered') > 0)
    faults.push(`${table.count('unanswered')} requests of ${way} were never answered`);
  if (table.count('unauthorized') > UNAUTHORIZED_SHARE_MAX * all) faults.push(`${way} was let in too seldom`);
  return faults;
}
