export { MemoryData } from './memory/memory-data.ts';
export { MemoryDirectory } from './memory/memory-directory.ts';
export { MemoryStore } from './memory/memory-store.ts';
