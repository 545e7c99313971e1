import { conversationId, seq } from '@skein/model';
import type { Received } from '@skein/protocol';
import type { ReadyConnection } from './ready-connection.ts';

/** [DL4, DL7] The device has what was pushed: the connection is alive, and delivered markers move. */
export function handleReceived({ parts, feed, user }: ReadyConnection, received: Received): void {
  const { clock, counters, world, sequencer, markers } = parts;
  counters.pushesAcknowledged += feed.liveness.noteReceived(received.pushes, clock.monotonicMs());
  for (const upto of received.delivered) {
    const member = world.conversation(conversationId(upto.conversation))?.members.get(user.number);
    if (member === undefined || member.role === null) continue;
    // A device can't have what is not there yet.
    const delivered = seq(Math.min(upto.seq, member.conversation.head));
    if (delivered <= member.deliveredSeq) continue;
    // In memory at once, in the store when a batch comes by: it is derived state.
    member.deliveredSeq = delivered;
    counters.delivered++;
    sequencer.markDirty(member);
    markers.deliveredMoved(member);
  }
}
