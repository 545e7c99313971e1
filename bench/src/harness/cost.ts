import { cpuUsedUs } from './process-stats.ts';

export interface Cost {
  /** CPU time of all threads of the server during the work. */
  readonly serverUs: number;
  /** Share of one core that the load process used: near 100 %, the load was the limit and not the server. */
  readonly loadShare: number;
  readonly serverShare: number;
}

/** Does the work and says what it cost the server and the load process. */
export async function costOf<T>(
  { server, load }: { readonly server: number; readonly load: number },
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly cost: Cost }> {
  const serverBefore = cpuUsedUs(server);
  const loadBefore = cpuUsedUs(load);
  const startedAt = performance.now();
  const result = await work();
  const elapsedUs = (performance.now() - startedAt) * 1_000;
  const serverUs = cpuUsedUs(server) - serverBefore;
  const loadUs = cpuUsedUs(load) - loadBefore;
  return {
    result,
    cost: { serverUs, serverShare: serverUs / elapsedUs, loadShare: loadUs / elapsedUs },
  };
}
