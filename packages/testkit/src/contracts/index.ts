export { describeDirectory } from './directory.contract.ts';
export type { OpenedData } from './opened-data.ts';
export { describeStore } from './store.contract.ts';
