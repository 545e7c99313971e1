import { parentPort, workerData } from 'node:worker_threads';
import { Canary } from './canary.ts';

/** The two people in a thread of their own, so that what a test does to the server does not slow them down itself. */
const canary = await Canary.open((workerData as { port: number }).port);
parentPort?.postMessage('singing');
parentPort?.once('message', () => {
  void (async () => {
    await canary.finish();
    const { said, heard, tookMs, p99Ms, lateP99Ms, longestMs } = canary;
    parentPort?.postMessage({ said, heard, answered: tookMs.length, p99Ms, lateP99Ms, longestMs });
    await canary[Symbol.asyncDispose]();
  })();
});
