import { readdirSync, readFileSync } from 'node:fs';

// USER_HZ: the unit of times in /proc is 10 ms on every Linux, whatever the kernel's own tick.
const US_PER_TICK = 10_000;
// Fields of /proc/<pid>/stat after the name in parentheses (proc(5): utime is field 14, stime 15; the state is 3).
const UTIME = 11;
const STIME = 12;

/** CPU time, user and system, that all threads of a process have used so far. */
export function cpuUsedUs(pid: number): number {
  return ticksIn(`/proc/${pid}/stat`) * US_PER_TICK;
}

/** The same for each thread, under its name: tells the event loop from the writer and the pool. */
export function cpuUsedUsByThread(pid: number): ReadonlyMap<string, number> {
  const used = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    const name = Number(thread) === pid ? 'main' : readFileSync(`${folder}/comm`, 'utf8').trim();
    used.set(name, (used.get(name) ?? 0) + ticksIn(`${folder}/stat`) * US_PER_TICK);
  }
  return used;
}

/** Memory of a process that is in RAM now. */
export function residentBytes(pid: number): number {
  return statusKiB(pid, 'VmRSS') * 1024;
}

/** The most it ever was since the process started. */
export function peakResidentBytes(pid: number): number {
  return statusKiB(pid, 'VmHWM') * 1024;
}

function ticksIn(path: string): number {
  const text = readFileSync(path, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[UTIME]) + Number(fields[STIME]);
}

function statusKiB(pid: number, name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (line?.[1] === undefined) throw new Error(`/proc/${pid}/status has no ${name}`);
  return Number(line[1]);
}
