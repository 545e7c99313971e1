import type { Delivery } from '@skein/core';
import type { DownFrameInit, PresenceListInit, SyncResultInit } from '@skein/protocol';
import { CODERS, jsonOfMessage } from '@skein/protocol/services';
import { explicitPush } from '../../session/push-frame.ts';
import { cursorAfter, cursorWord } from '../poll/cursor.ts';

/** HTML standard §9.2.6: a line that begins with a colon is passed over. */
export const HEARTBEAT_TEXT = ':\n\n';

/** One event. JSON has no line breaks of its own, so the data is one line. */
export function eventText(name: string, json: string, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${json}\n\n`;
}

/** An entry, the same for everybody: encoded once per delivery, the cursor after it included. */
export function pushText(epoch: string): (delivery: Delivery) => Uint8Array {
  return (delivery) => {
    const id = cursorWord({ epoch, position: delivery.entry.position });
    return Buffer.from(eventText('push', jsonOfMessage(CODERS.Push, explicitPush(delivery)), id));
  };
}

/** Frames that a stream tells as they are, in their JSON form. */
export function frameText(frame: DownFrameInit): string | null {
  switch (frame.case) {
    case 'marker':
      return eventText('marker', jsonOfMessage(CODERS.Marker, frame.value));
    case 'typing':
      return eventText('typing', jsonOfMessage(CODERS.Typing, frame.value));
    case 'transient':
      return eventText('transient', jsonOfMessage(CODERS.Transient, frame.value));
    case 'presence':
      return presenceText(frame.value);
    case 'membership':
      return eventText('membership', jsonOfMessage(CODERS.MembershipChanged, frame.value));
    default:
      return null;
  }
}

export function presenceText(list: PresenceListInit): string {
  return eventText('presence', jsonOfMessage(CODERS.PresenceList, list));
}

/** A part of what was missed. Only the last one has an id: whoever breaks off before it gets all of them again. */
export function changesText(part: SyncResultInit): string {
  const isLast = part.more !== true;
  const id = isLast ? cursorWord(cursorAfter(part)) : undefined;
  const { changed, users, reset, more } = part;
  const json = jsonOfMessage(CODERS.ChangesEvent, { changed, users, reset, more, cursor: id ?? '' });
  return eventText('changes', json, id);
}
