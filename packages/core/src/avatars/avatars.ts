import { type Limits, type Refusal, refuse, type UserNumber, userNumber } from '@skein/model';
import type { Contacts } from '../contacts/contacts.ts';
import type { Digests } from '../ports/digests.ts';
import { allRecords, type RecordChange, type RecordStore } from '../ports/record-store.ts';
import { type Avatar, type AvatarRecord, decodeAvatarRecord, encodeAvatarRecord } from './avatar-record.ts';
import { imageTypeOf } from './image-type.ts';

export interface AvatarsListener {
  /** Another avatar is shown, or none any more. */
  avatarChanged(user: UserNumber): void;
}

export interface AvatarsDeps {
  readonly records: RecordStore;
  readonly digests: Digests;
  readonly contacts: Pick<Contacts, 'isBlockedBetween' | 'linkOf'>;
  readonly limits: Pick<Limits, 'avatarBytesMax'>;
}

/** How an avatar is shown. */
export interface AvatarShowing {
  readonly isOpen: boolean;
  readonly width?: number;
  readonly height?: number;
}

const AVATARS = 'avatars';
const IMAGES = 'avatar-images';
const NOTHING: AvatarRecord = { shown: null, offered: null, isOpen: false };

/**
 * The images that stand for people (rules AV1–AV4): of each account the one that is shown, and at most one that was stored to be
 * shown next. What is known of them is in memory, the bytes are in the store. A change is durable before it holds; methods
 * reject with StoreUnavailableError or StoreFullError, and nothing has changed then.
 */
export class Avatars {
  readonly #deps: AvatarsDeps;
  readonly #records = new Map<UserNumber, AvatarRecord>();
  readonly #listeners = new Set<AvatarsListener>();
  /** Changes are made one after the other: each looks at what the one before has left. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(deps: AvatarsDeps) {
    this.#deps = deps;
  }

  /** Errors: throws StoreUnavailableError. */
  static async load(deps: AvatarsDeps): Promise<Avatars> {
    const avatars = new Avatars(deps);
    for await (const { key, value } of allRecords(deps.records, AVATARS)) {
      avatars.#records.set(userNumber(Number(key)), decodeAvatarRecord(value));
    }
    return avatars;
  }

  listen(listener: AvatarsListener): void {
    this.#listeners.add(listener);
  }

  /** [AV3] Whether `asker` sees the avatar of `user`, where there is one. */
  maySee(user: UserNumber, asker: UserNumber): boolean {
    const { contacts } = this.#deps;
    if (user === asker) return true;
    if (contacts.isBlockedBetween(user, asker)) return false;
    return this.#recordOf(user).isOpen || contacts.linkOf(asker, user).to;
  }

  /** Undefined where there never was one or `asker` may not see it, null where it was taken away. */
  seenBy(asker: UserNumber, user: UserNumber): Avatar | null | undefined {
    return this.maySee(user, asker) ? this.#records.get(user)?.shown : undefined;
  }

  /** What the user has stored and does not show yet. */
  offeredBy(user: UserNumber): Avatar | null {
    return this.#recordOf(user).offered;
  }

  /** The bytes of what `seenBy` or `offeredBy` told of; null where it is not there any more. */
  async bytesOf(user: UserNumber, { id }: Avatar): Promise<Uint8Array | null> {
    const key = keyOf(user, id);
    const [first] = await this.#deps.records.readRecords({
      space: IMAGES,
      prefix: key,
      afterKey: '',
      countMax: 1,
    });
    return first?.key === key ? first.value : null;
  }

  /** [AV1, AV2] Stores an image to be shown later; it takes the place of one that was stored before and is not shown. */
  offer(user: UserNumber, bytes: Uint8Array): Promise<Avatar | Refusal> {
    return this.#inTurn(async () => {
      const image = this.#imageOf(bytes);
      if ('outcome' in image) return image;
      const before = this.#recordOf(user);
      const offered = before.shown?.id === image.id ? before.shown : image;
      await this.#change(user, { ...before, offered }, { id: image.id, bytes });
      return offered;
    });
  }

  /** [AV2] Shows an image that is stored. Errors: refuses request.invalid where it is not. */
  show(user: UserNumber, id: string, how: AvatarShowing): Promise<Refusal | null> {
    return this.#inTurn(async () => {
      const before = this.#recordOf(user);
      const image = [before.offered, before.shown].find((avatar) => avatar?.id === id);
      if (image === undefined || image === null) return refuse('request.invalid');
      await this.#change(user, shownAs(image, how));
      return null;
    });
  }

  /** [AV1] Stores an image and shows it. */
  set(user: UserNumber, bytes: Uint8Array, how: AvatarShowing): Promise<Refusal | null> {
    return this.#inTurn(async () => {
      const image = this.#imageOf(bytes);
      if ('outcome' in image) return image;
      await this.#change(user, shownAs(image, how), { id: image.id, bytes });
      return null;
    });
  }

  /** [AV4] Takes away the image with this id, or all; nothing of it is kept. One that is not there is none. */
  remove(user: UserNumber, id: string | null): Promise<void> {
    return this.#inTurn(async () => {
      const { shown, offered, isOpen } = this.#recordOf(user);
      const left = (avatar: Avatar | null): Avatar | null =>
        id === null || avatar?.id === id ? null : avatar;
      await this.#change(user, { shown: left(shown), offered: left(offered), isOpen });
    });
  }

  #recordOf(user: UserNumber): AvatarRecord {
    return this.#records.get(user) ?? NOTHING;
  }

  #imageOf(bytes: Uint8Array): Avatar | Refusal {
    const { avatarBytesMax } = this.#deps.limits;
    if (bytes.length > avatarBytesMax) return refuse('request.invalid', { limit: avatarBytesMax });
    const type = imageTypeOf(bytes);
    if (type === null) return refuse('request.invalid');
    return { id: this.#deps.digests.sha1Hex(bytes), type, byteCount: bytes.length, width: 0, height: 0 };
  }

  /** Stores what is new, forgets the bytes that nothing tells of any more, and says so where it is seen. */
  async #change(
    user: UserNumber,
    now: AvatarRecord,
    image?: { readonly id: string; readonly bytes: Uint8Array },
  ): Promise<void> {
    const before = this.#recordOf(user);
    const kept = idsOf(now);
    const changes: RecordChange[] = [...idsOf(before)]
      .filter((id) => !kept.has(id))
      .map((id) => ({ space: IMAGES, key: keyOf(user, id), value: null }));
    if (image !== undefined) {
      changes.push({ space: IMAGES, key: keyOf(user, image.id), value: image.bytes });
    }
    changes.push({ space: AVATARS, key: String(user), value: encodeAvatarRecord(now) });
    await this.#deps.records.commitRecords(changes);
    this.#records.set(user, now);
    if (isSame(before, now)) return;
    for (const listener of this.#listeners) listener.avatarChanged(user);
  }

  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(change, change);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function shownAs(image: Avatar, { isOpen, width = 0, height = 0 }: AvatarShowing): AvatarRecord {
  return { shown: { ...image, width, height }, offered: null, isOpen };
}

function idsOf({ shown, offered }: AvatarRecord): Set<string> {
  return new Set([shown, offered].flatMap((avatar) => (avatar === null ? [] : [avatar.id])));
}

/** Whether others see the same. */
function isSame(a: AvatarRecord, b: AvatarRecord): boolean {
  if (a.isOpen !== b.isOpen || a.shown?.id !== b.shown?.id) return false;
  return a.shown?.width === b.shown?.width && a.shown?.height === b.shown?.height;
}

function keyOf(user: UserNumber, id: string): string {
  return `${user}/${id}`;
}
