import type { Probe, UpFrame } from '@skein/protocol';
import { handleGoodbye } from './handle-goodbye.ts';
import { handleRead } from './handle-read.ts';
import { handleReceived } from './handle-received.ts';
import { handleRequest } from './handle-request.ts';
import { handleSend } from './handle-send.ts';
import { handleSync } from './handle-sync.ts';
import { handleTransient } from './handle-transient.ts';
import { handleTyping } from './handle-typing.ts';
import type { ReadyConnection } from './ready-connection.ts';

type ValueOf<Case extends UpFrame['case']> = Extract<UpFrame, { case: Case }>['value'];
type Handlers = {
  readonly [Case in UpFrame['case']]: (connection: ReadyConnection, value: ValueOf<Case>) => void;
};

/** One handler for each frame; a new frame does not compile without one. */
const HANDLERS: Handlers = {
  // [SS1] The first frame, and only the first.
  hello: (connection) => connection.end('outOfOrder', 'already signed in'),
  send: handleSend,
  received: handleReceived,
  read: handleRead,
  typing: handleTyping,
  sync: handleSync,
  request: handleRequest,
  goodbye: handleGoodbye,
  probe: handleProbe,
  transient: handleTransient,
};

/** Does what a signed-in peer asks. Whatever the frame says, it is answered or ends this connection; nothing is thrown for it. */
export function handleFrame(connection: ReadyConnection, frame: UpFrame): void {
  // The table pairs each case with its handler; a union of pairs is more than the compiler can follow.
  const handler = HANDLERS[frame.case] as (connection: ReadyConnection, value: UpFrame['value']) => void;
  handler(connection, frame.value);
}

/** An answer is overdue at the other end: say at once that somebody is here. */
function handleProbe({ outbound, parts }: ReadyConnection, { id }: Probe): void {
  outbound.send({ case: 'pong', value: { id, serverTimeMs: parts.clock.nowMs() } });
}
