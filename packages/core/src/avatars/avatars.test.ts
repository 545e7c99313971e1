import { LIMITS, type Refusal, userNumber } from '@skein/model';
import { FakeRecordStore, TestDigests } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { Contacts } from '../contacts/contacts.ts';
import { StoreUnavailableError } from '../ports/store.ts';
import { Avatars } from './avatars.ts';
import { imageTypeOf } from './image-type.ts';

const ANA = userNumber(1);
const BEN = userNumber(2);
const BYTES_MAX = 100;
const OPENLY = { isOpen: true };
const TO_FRIENDS = { isOpen: false };
const PNG = png(1);
const OTHER_PNG = png(2);
// `printf '\x89PNG\r\n\x1a\n\x01' | sha1sum`
const PNG_ID = '4d629f3b4842f5b5660e2fe253e747aeef4f7f41';

describe('avatars', () => {
  it.each([
    ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
    ['image/jpeg', [0xff, 0xd8, 0xff, 0xe0]],
    ['image/webp', [...Buffer.from('RIFF1234WEBP')]],
    [null, [...Buffer.from('RIFF1234WAVE')]],
    [null, [...Buffer.from('<svg/>')]],
    [null, []],
  ])('[AV1] are %s by their first bytes', (type, bytes) => {
    expect(imageTypeOf(Uint8Array.from(bytes))).toBe(type);
  });

  it('[AV1] are known by the SHA-1 of their bytes, and last', async () => {
    const { avatars, records } = await open();
    expect(await avatars.set(ANA, PNG, OPENLY)).toBeNull();
    const { avatars: later } = await open(records);
    const shown = later.seenBy(ANA, ANA);
    expect(shown).toEqual({ id: PNG_ID, type: 'image/png', byteCount: PNG.length, width: 0, height: 0 });
    expect(shown && (await later.bytesOf(ANA, shown))).toEqual(PNG);
  });

  it('[AV1] are bounded, and nothing else than images', async () => {
    const { avatars, records } = await open();
    const tooLarge = new Uint8Array(BYTES_MAX + 1).fill(0);
    tooLarge.set(PNG);
    const refusal = { outcome: 'refused', code: 'request.invalid' };
    expect(await avatars.set(ANA, tooLarge, OPENLY)).toMatchObject({ ...refusal, limit: BYTES_MAX });
    expect(await avatars.offer(ANA, Buffer.from('GIF89a'))).toMatchObject(refusal);
    expect(await avatars.set(ANA, tooLarge.subarray(0, BYTES_MAX), OPENLY)).toBeNull();
    expect(records.spaces.get('avatar-images')?.size).toBe(1);
  });

  it('[AV1] do not change where the store cannot take it', async () => {
    const { avatars, records, told } = await open();
    await avatars.set(ANA, PNG, OPENLY);
    records.before = () => {
      throw new StoreUnavailableError('asked to fail');
    };
    await expect(avatars.set(ANA, OTHER_PNG, OPENLY)).rejects.toThrow(StoreUnavailableError);
    await expect(avatars.remove(ANA, null)).rejects.toThrow(StoreUnavailableError);
    expect(avatars.seenBy(ANA, ANA)?.id).toBe(PNG_ID);
    expect(told).toEqual([ANA]);
  });

  it('[AV2] are stored first and shown later', async () => {
    const { avatars, told } = await open();
    const offered = await idOf(avatars.offer(ANA, PNG));
    expect([offered, avatars.offeredBy(ANA)?.id]).toEqual([PNG_ID, PNG_ID]);
    expect(avatars.seenBy(ANA, ANA)).toBeNull();
    expect(avatars.seenBy(BEN, ANA)).toBeUndefined();
    expect(told).toEqual([]);
    expect(await avatars.show(ANA, 'another', OPENLY)).toMatchObject({ code: 'request.invalid' });
    expect(await avatars.show(ANA, offered, { isOpen: true, width: 64, height: 32 })).toBeNull();
    expect(avatars.seenBy(BEN, ANA)).toMatchObject({ id: PNG_ID, width: 64, height: 32 });
    expect(avatars.offeredBy(ANA)).toBeNull();
    expect(told).toEqual([ANA]);
  });

  it('[AV2] leave nothing behind that is not shown', async () => {
    const { avatars, records } = await open();
    await avatars.set(ANA, PNG, OPENLY);
    for (let index = 3; index < 6; index++) await avatars.offer(ANA, png(index));
    expect(records.spaces.get('avatar-images')?.size).toBe(2);
    await avatars.show(ANA, await idOf(avatars.offer(ANA, OTHER_PNG)), OPENLY);
    expect(records.spaces.get('avatar-images')?.size).toBe(1);
    // The one that is shown already, stored again.
    await avatars.show(ANA, await idOf(avatars.offer(ANA, OTHER_PNG)), TO_FRIENDS);
    expect(records.spaces.get('avatar-images')?.size).toBe(1);
    const shown = avatars.seenBy(ANA, ANA);
    expect(shown && (await avatars.bytesOf(ANA, shown))).toEqual(OTHER_PNG);
  });

  it('[AV2] that are not shown are taken away by themselves', async () => {
    const { avatars, records } = await open();
    await avatars.set(ANA, PNG, OPENLY);
    await avatars.remove(ANA, await idOf(avatars.offer(ANA, OTHER_PNG)));
    expect([avatars.seenBy(ANA, ANA)?.id, avatars.offeredBy(ANA)]).toEqual([PNG_ID, null]);
    expect(records.spaces.get('avatar-images')?.size).toBe(1);
    await avatars.remove(ANA, PNG_ID);
    expect(avatars.seenBy(ANA, ANA)).toBeNull();
  });

  it('[AV3] are seen by who sees the presence, or by everybody', async () => {
    const { avatars, contacts } = await open();
    await avatars.set(ANA, PNG, TO_FRIENDS);
    expect(avatars.seenBy(BEN, ANA)).toBeUndefined();
    await contacts.step(BEN, ANA, 'subscribe');
    await contacts.step(ANA, BEN, 'subscribed');
    expect(avatars.seenBy(BEN, ANA)?.id).toBe(PNG_ID);
    await contacts.step(ANA, BEN, 'unsubscribed');
    expect(avatars.maySee(ANA, BEN)).toBe(false);
    await avatars.show(ANA, PNG_ID, OPENLY);
    expect(avatars.seenBy(BEN, ANA)?.id).toBe(PNG_ID);
    await contacts.block(ANA, [BEN]);
    expect([avatars.maySee(ANA, BEN), avatars.maySee(BEN, ANA)]).toEqual([false, false]);
  });

  it('[AV4] are taken away, which is remembered, and told once', async () => {
    const { avatars, records, told } = await open();
    await avatars.set(ANA, PNG, OPENLY);
    await avatars.remove(ANA, null);
    await avatars.remove(ANA, null);
    expect(told).toEqual([ANA, ANA]);
    expect(records.spaces.get('avatar-images')?.size).toBe(0);
    const { avatars: later } = await open(records);
    expect([later.seenBy(BEN, ANA), later.seenBy(ANA, BEN)]).toEqual([null, undefined]);
  });
});

async function open(records = new FakeRecordStore()) {
  const limits = { ...LIMITS, avatarBytesMax: BYTES_MAX };
  const contacts = await Contacts.load({ records, limits });
  const avatars = await Avatars.load({ records, digests: new TestDigests(), contacts, limits });
  const told: number[] = [];
  avatars.listen({ avatarChanged: (user) => told.push(user) });
  return { avatars, contacts, records, told };
}

async function idOf(stored: Promise<{ id: string } | Refusal>): Promise<string> {
  const avatar = await stored;
  if (!('id' in avatar)) throw new Error(`refused: ${avatar.code}`);
  return avatar.id;
}

/** As far as anybody looks. */
function png(last: number): Uint8Array {
  return Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, last);
}
