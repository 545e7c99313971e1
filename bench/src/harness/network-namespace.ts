import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pathOf } from '@skein/needs';

const RESULT = 'result ';

/** Why a program cannot be given a network of its own here; null where it can. */
export function whyNoNamespace(): string | null {
  const missing = (['unshare', 'ip', 'iptables'] as const).filter((tool) => pathOf(tool) === null);
  if (missing.length > 0) return `${missing.join(' and ')} missing (apt-get install iproute2 iptables)`;
  const { status, stderr } = spawnSync('unshare', ['--net', 'iptables', '-nL'], { encoding: 'utf8' });
  return status === 0 ? null : `no network namespace may be made here: ${stderr.trim()}`;
}

/**
 * Runs a program of the bench in a network that is its own and has nothing but loopback. It writes lines of progress, and last
 * its result, by {@link tellResult}. The network ends with it.
 */
export async function runInNamespace<T>(
  file: string,
  given: unknown,
  progress: (line: string) => void,
): Promise<T> {
  const child = spawn('unshare', ['--net', process.execPath, file, JSON.stringify(given)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let result: T | null = null;
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith(RESULT)) result = JSON.parse(line.slice(RESULT.length)) as T;
    else progress(line);
  }
  const code = await ended;
  if (result === null) throw new Error(`${file} ended with ${code} and no result`);
  return result;
}

export function tellResult(result: unknown): void {
  console.log(`${RESULT}${JSON.stringify(result)}`);
}

/** What has travelled since: packets and bytes of IP, lost ones too. */
export interface Traffic {
  readonly packets: number;
  readonly bytes: number;
}

/** The loopback of this network namespace: its packets are counted and, when asked, lost. */
export class OwnLoopback {
  constructor() {
    execFileSync('ip', ['link', 'set', 'lo', 'up']);
  }

  /** Loses every packet with this probability, either way. */
  lose(probability: number): void {
    iptables('-F', 'INPUT');
    if (probability === 0) return;
    const chance = ['-m', 'statistic', '--mode', 'random', '--probability', String(probability)];
    iptables('-A', 'INPUT', '-i', 'lo', ...chance, '-j', 'DROP');
  }

  /** Counts what is sent to and from a port from now on. */
  count(port: number): { up(): Traffic; down(): Traffic } {
    iptables('-F', 'OUTPUT');
    iptables('-A', 'OUTPUT', '-p', 'tcp', '--dport', String(port));
    iptables('-A', 'OUTPUT', '-p', 'tcp', '--sport', String(port));
    return { up: () => counted(1), down: () => counted(2) };
  }
}

function counted(rule: number): Traffic {
  const [packets = '0', bytes = '0'] = iptables('-nvxL', 'OUTPUT', String(rule)).trim().split(/\s+/);
  return { packets: Number(packets), bytes: Number(bytes) };
}

function iptables(...args: readonly string[]): string {
  return execFileSync('iptables', args, { encoding: 'utf8' });
}
