export { batch, conversationRow, entries, entry, memberRow, refusalRow } from './builders/rows.ts';
export { CertificateAuthority, selfSignedCertificate, type TestCertificate } from './fakes/certificates.ts';
export { FakeDirectory } from './fakes/fake-directory.ts';
export { FakePasswordHasher } from './fakes/fake-password-hasher.ts';
export { FakeRecordStore } from './fakes/fake-record-store.ts';
export { FakeStore } from './fakes/fake-store.ts';
export { TestDigests } from './fakes/test-digests.ts';
export { TestScramCrypto } from './fakes/test-scram-crypto.ts';
export { FaultyDirectory } from './faults/faulty-directory.ts';
export { type DiskCondition, type DiskTimes, FaultyDisk } from './faults/faulty-disk.ts';
export { FaultyRecordStore } from './faults/faulty-record-store.ts';
export { FaultyStore } from './faults/faulty-store.ts';
export { ManualClock, settle, settlePromises } from './manual-clock.ts';
export { type Arrival, CoreScene, type CoreSceneOptions } from './scenes/core-scene.ts';
export {
  ANA,
  BEN,
  CAI,
  DAN,
  deviceOf,
  LogScene,
  type LogSceneOptions,
  textBody,
} from './scenes/log-scene.ts';
export { TestPeer } from './scenes/test-peer.ts';
export { FORM, TopicPeer, TopicScene } from './scenes/topic-scene.ts';
export { SeededRandom } from './seeded-random.ts';
