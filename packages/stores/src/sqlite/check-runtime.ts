const NODE_MAJOR_MIN = 24;

/** The storage threads are started from TypeScript, which older versions of Node cannot run. */
export function checkRuntime(version: string = process.versions.node): void {
  const major = Number.parseInt(version, 10);
  if (major < NODE_MAJOR_MIN) {
    throw new Error(`Node ${NODE_MAJOR_MIN} or newer is needed; this is ${version}`);
  }
}
