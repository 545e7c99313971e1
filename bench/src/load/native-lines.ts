import {
  forEachOf,
  type Line,
  type LineEvents,
  type LineOptions,
  type LineSet,
  OPENING_AT_ONCE,
} from './line.ts';
import { devHello, NativeClient } from './native-client.ts';
import { partnerOf } from './relay-lines.ts';
import { SendFrames, textOfBytes } from './send-frames.ts';
import type { TransportKind } from './transport.ts';

/** Clients say what they received at most this often; see SPEC.md of the protocol, frame Received. */
export const ACKNOWLEDGE_EVERY_MS = 200;

/** Pairs over Skein: both sign in, open their direct conversation, and each sends to the other. */
export async function openNativeLines(
  options: LineOptions & { readonly transport?: TransportKind },
  events: LineEvents,
): Promise<LineSet> {
  let isClosing = false;
  const clients = await forEachOf(options.pairs * 2, OPENING_AT_ONCE, (index) =>
    NativeClient.connect({
      port: options.port,
      ...(options.transport === undefined ? {} : { transport: options.transport }),
      hello: devHello(`direct-${index}`),
      onProgress: (acks, pushes) => {
        if (acks > 0) events.acked(index, acks);
        if (pushes > 0) events.delivered(partnerOf(index), pushes);
      },
      onClosed: (code) => {
        if (!isClosing) throw new Error(`the server closed connection ${index} with ${code}`);
      },
    }),
  );
  const text = textOfBytes(options.textBytes);
  const lines = await forEachOf(clients.length, OPENING_AT_ONCE, async (index): Promise<Line> => {
    const client = clients[index] as NativeClient;
    const frames = new SendFrames(await openDirect(client, `direct-${partnerOf(index)}`), text);
    return { send: (count) => client.write(frames.next(count)) };
  });
  const stopAcknowledging = acknowledgeRegularly(clients);
  const close = () => {
    isClosing = true;
    stopAcknowledging();
    for (const client of clients) client.destroy();
  };
  return { lines, isAcked: true, close };
}

/** Sends the coalesced acknowledgements of many clients, spread over the interval as independent devices would. */
export function acknowledgeRegularly(
  clients: readonly NativeClient[],
  everyMs: number = ACKNOWLEDGE_EVERY_MS,
): () => void {
  const slices = 20;
  let slice = 0;
  const timer = setInterval(() => {
    for (let i = slice; i < clients.length; i += slices) clients[i]?.acknowledge();
    slice = (slice + 1) % slices;
  }, everyMs / slices);
  return () => clearInterval(timer);
}

export async function openDirect(client: NativeClient, user: string): Promise<number> {
  const answer = await client.request({ case: 'createDirect', value: { user } });
  if (answer.case !== 'conversation') throw new Error(`createDirect was answered by ${answer.case}`);
  return answer.value.conversation;
}
