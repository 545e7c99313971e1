export { describeDirectory } from './directory.contract.ts';
export type { OpenedData } from './opened-data.ts';
export { describeRecordStore } from './record-store.contract.ts';
export { describeStore } from './store.contract.ts';
