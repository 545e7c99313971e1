import { ProtocolError, Reader, Writer } from '@skein/protocol';
import type { ImageType } from './image-type.ts';

/** An image that stands for somebody; its bytes are kept apart. */
export interface Avatar {
  /** SHA-1 of the bytes, as lower-case hex: a name that XEP-0084 and XEP-0153 give it, and no proof of anything. */
  readonly id: string;
  readonly type: ImageType;
  readonly byteCount: number;
  /** In pixels, as its owner says; 0 where nothing was said. */
  readonly width: number;
  readonly height: number;
}

/** What one account has. */
export interface AvatarRecord {
  /** Null once it was taken away. */
  readonly shown: Avatar | null;
  /** Stored, and not shown yet. */
  readonly offered: Avatar | null;
  /** Shown to everybody, else to those who see the user's presence. */
  readonly isOpen: boolean;
}

const TYPES: readonly ImageType[] = ['image/png', 'image/jpeg', 'image/webp'];
const writer = new Writer();

export function encodeAvatarRecord({ shown, offered, isOpen }: AvatarRecord): Uint8Array {
  writer.clear();
  writer.bool(isOpen);
  for (const avatar of [shown, offered]) {
    writer.bool(avatar !== null);
    if (avatar === null) continue;
    writer.string(avatar.id);
    writer.uint(TYPES.indexOf(avatar.type));
    writer.uint(avatar.byteCount);
    writer.uint(avatar.width);
    writer.uint(avatar.height);
  }
  return writer.finish();
}

/** Errors: throws ProtocolError for what was not written by the above. */
export function decodeAvatarRecord(value: Uint8Array): AvatarRecord {
  const reader = new Reader(value);
  const isOpen = reader.bool();
  const avatar = (): Avatar | null => {
    if (!reader.bool()) return null;
    const id = reader.string();
    const type = TYPES[reader.uint()];
    if (type === undefined) throw new ProtocolError('invalid-tag', 'the type of an image');
    return { id, type, byteCount: reader.uint(), width: reader.uint(), height: reader.uint() };
  };
  return { shown: avatar(), offered: avatar(), isOpen };
}
