export { batch, conversationRow, entries, entry, memberRow, refusalRow } from './builders/rows.ts';
export { FakePasswordHasher } from './fakes/fake-password-hasher.ts';
export { TestDigests } from './fakes/test-digests.ts';
export { ManualClock, settle } from './manual-clock.ts';
export { SeededRandom } from './seeded-random.ts';
