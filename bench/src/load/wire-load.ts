import { encodeUp, HEARTBEAT } from '@skein/protocol';
import { createGroup } from './fan-out-load.ts';
import { forEachOf, OPENING_AT_ONCE } from './line.ts';
import { devHello, NativeClient } from './native-client.ts';
import { openDirect } from './native-lines.ts';
import { sleep } from './sleep.ts';

export interface WireOptions {
  readonly port: number;
  /** Users that exist before the measured ones: their numbers grow, and with them the bytes of a sender. */
  readonly usersBefore: number;
  readonly conversationsBefore: number;
}

/** Bytes on a TCP connection, framing included, of one message of a live conversation. */
export interface WireReport {
  readonly groupPushBytes: number;
  readonly directPushBytes: number;
  readonly sendBytes: number;
  readonly ackBytes: number;
  readonly heartbeatUpBytes: number;
  readonly heartbeatDownBytes: number;
  readonly textBytes: number;
}

const TEXT = '你好';
const TEXT_BYTES = new TextEncoder().encode(TEXT).length;
// As fast as people type: a time difference of two bytes.
const BETWEEN_MESSAGES_MS = 400;
const MESSAGES = 8;

export async function measureWire(options: WireOptions): Promise<WireReport> {
  const { port } = options;
  await fill(options);
  const connect = (name: string) => NativeClient.connect({ port, hello: devHello(name) });
  const [sender, receiver, third] = [
    await connect('wire-a'),
    await connect('wire-b'),
    await connect('wire-c'),
  ];
  const group = await createGroup(sender, 'wire', ['wire-b', 'wire-c']);
  const pair = await openDirect(sender, 'wire-b');
  await sleep(300); // the news of the conversations must not be counted
  const inGroup = await converse(sender, receiver, group);
  const inPair = await converse(sender, receiver, pair);
  const bytesBefore = receiver.bytesRead;
  await receiver.heartbeat();
  for (const client of [sender, receiver, third]) client.destroy();
  return {
    groupPushBytes: inGroup.pushBytes,
    directPushBytes: inPair.pushBytes,
    sendBytes: encodeUp({ case: 'send', value: { conversation: group, counter: MESSAGES, text: TEXT } })
      .length,
    ackBytes: inGroup.ackBytes,
    heartbeatUpBytes: HEARTBEAT.length,
    heartbeatDownBytes: receiver.bytesRead - bytesBefore,
    textBytes: TEXT_BYTES,
  };
}

async function fill({ port, usersBefore, conversationsBefore }: WireOptions): Promise<void> {
  if (usersBefore === 0) return;
  const users = await forEachOf(usersBefore, OPENING_AT_ONCE, async (index) => {
    const name = `earlier-${index}`;
    const client = await NativeClient.connect({ port, hello: devHello(name) });
    client.destroy();
    return name;
  });
  const owner = await NativeClient.connect({ port, hello: devHello('earlier-owner') });
  await forEachOf(conversationsBefore, OPENING_AT_ONCE, (index) =>
    createGroup(owner, `earlier-${index}`, users.slice(0, 1)),
  );
  owner.destroy();
}

/** The largest of several messages: the first one after a pause costs a byte more of time than the next. */
async function converse(
  sender: NativeClient,
  receiver: NativeClient,
  conversation: number,
): Promise<{ pushBytes: number; ackBytes: number }> {
  const pushes: number[] = [];
  const acks: number[] = [];
  for (let counter = 1; counter <= MESSAGES; counter++) {
    const before = {
      acks: sender.acks,
      read: sender.bytesRead,
      pushes: receiver.pushes,
      pushed: receiver.bytesRead,
    };
    sender.send({ case: 'send', value: { conversation, counter, text: TEXT } });
    while (sender.acks === before.acks || receiver.pushes === before.pushes) await sleep(1);
    acks.push(sender.bytesRead - before.read);
    pushes.push(receiver.bytesRead - before.pushed);
    receiver.acknowledge();
    await sleep(BETWEEN_MESSAGES_MS);
  }
  return { pushBytes: Math.max(...pushes.slice(1)), ackBytes: Math.max(...acks.slice(1)) };
}
