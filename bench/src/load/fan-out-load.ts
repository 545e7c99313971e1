import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { MemberAction } from '@skein/protocol';
import { FanOut, type FanOutReport } from './fan-out.ts';
import { forEachOf, OPENING_AT_ONCE } from './line.ts';
import { devHello, NativeClient } from './native-client.ts';
import { acknowledgeRegularly } from './native-lines.ts';
import { SendFrames, textOfBytes } from './send-frames.ts';
import { sleep } from './sleep.ts';

export interface FanOutOptions {
  readonly peer: 'loop' | 'skein';
  readonly port: number;
  readonly receivers: number;
  readonly textBytes: number;
  /** Size of what the loop writes to each socket: that of Skein's push, which is measured first. */
  readonly frameBytes: number;
  /** Adds a member that is not waited for, so that it can stop reading later. */
  readonly hasExtraMember?: boolean;
}

// Until the news of the group has come to everybody, or the loop has read who sends and who receives.
const SETTLE_MS = 500;
const ACKNOWLEDGE_RARELY_MS = 8_000;

let fanOut: FanOut | null = null;
let extraMember: NativeClient | null = null;
let members: readonly NativeClient[] = [];
let stopAcknowledging = () => {};

export async function openFanOut(options: FanOutOptions): Promise<void> {
  fanOut = new FanOut(options.receivers);
  await (options.peer === 'loop' ? openLoop(options, fanOut) : openGroup(options, fanOut));
  await sleep(SETTLE_MS);
  fanOut.isCounting = true;
}

export function runFanOut(options: { ms: number; inFlight: number }): Promise<FanOutReport> {
  if (fanOut === null) throw new Error('nothing is open');
  return fanOut.runClosed(options);
}

export function runFanOutOpen(options: { ms: number; perSecond: number }): Promise<FanOutReport> {
  if (fanOut === null) throw new Error('nothing is open');
  return fanOut.runOpen(options);
}

/** From now on the members acknowledge so rarely that it hardly counts, yet within the 15 seconds they have. */
export function acknowledgeRarely(_: Record<string, never>): void {
  stopAcknowledging();
  stopAcknowledging = acknowledgeRegularly(members, ACKNOWLEDGE_RARELY_MS);
}

/** The extra member of the group, who read until now, stops: its program hangs, its socket stays open. */
export function stallExtraMember(_: Record<string, never>): void {
  extraMember?.stopReading();
}

/** Whether the server has ended the extra member's connection. A peer that never reads can't be told by a frame. */
export function isExtraMemberClosed(_: Record<string, never>): boolean {
  return extraMember?.isClosed ?? true;
}

async function openGroup(options: FanOutOptions, target: FanOut): Promise<void> {
  const receivers = await forEachOf(options.receivers, OPENING_AT_ONCE, (index) =>
    NativeClient.connect({
      port: options.port,
      hello: devHello(`member-${index}`),
      onBytes: (bytes) => target.read(bytes),
      onProgress: (_acks, pushes) => target.delivered(index, pushes),
      onClosed: (code) => {
        throw new Error(`the server closed receiver ${index} with ${code}`);
      },
    }),
  );
  const sender = await NativeClient.connect({
    port: options.port,
    hello: devHello('speaker'),
    onClosed: (code) => {
      throw new Error(`the server closed the sender with ${code}`);
    },
  });
  const users = receivers.map((_, index) => `member-${index}`);
  members = receivers;
  if (options.hasExtraMember === true) {
    extraMember = await NativeClient.connect({ port: options.port, hello: devHello('extra-member') });
    members = [...receivers, extraMember];
    users.push('extra-member');
  }
  const conversation = await createGroup(sender, 'fan-out', users);
  const frames = new SendFrames(conversation, textOfBytes(options.textBytes));
  // The speaker too: it is pushed what its invitations wrote, and whoever does not acknowledge is cut after 15 s.
  members = [...members, sender];
  stopAcknowledging = acknowledgeRegularly(members);
  target.send = () => sender.write(frames.next(1));
}

/** Creates a group however many members it has: the command takes so many at a time. */
export async function createGroup(
  owner: NativeClient,
  key: string,
  users: readonly string[],
): Promise<number> {
  const atOnce = 900;
  const first = { key, title: key, users: users.slice(0, atOnce) };
  const answer = await owner.request({ case: 'createGroup', value: first });
  if (answer.case !== 'conversation') throw new Error(`createGroup was answered by ${answer.case}`);
  const { conversation } = answer.value;
  for (let from = atOnce; from < users.length; from += atOnce) {
    const more = { conversation, action: MemberAction.invited, users: users.slice(from, from + atOnce) };
    await owner.request({ case: 'changeMembers', value: more });
  }
  return conversation;
}

async function openLoop(options: FanOutOptions, target: FanOut): Promise<void> {
  const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);
  await forEachOf(options.receivers, OPENING_AT_ONCE, async (index) => {
    let received = 0;
    const onBytes = (length: number) => {
      const before = Math.floor(received / options.frameBytes);
      received += length;
      target.read(length);
      const whole = Math.floor(received / options.frameBytes) - before;
      if (whole > 0) target.delivered(index, whole);
      return true;
    };
    const socket = await open(options.port, { buffer: readBuffer, callback: onBytes });
    socket.write('R');
  });
  const sender = await open(options.port);
  sender.write('S');
  const message = Buffer.alloc(options.frameBytes, 0x61);
  target.send = () => void sender.write(message);
}

async function open(
  port: number,
  onread?: { buffer: Buffer; callback: (length: number) => boolean },
): Promise<Socket> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    ...(onread === undefined ? {} : { onread }),
  });
  await once(socket, 'connect');
  return socket;
}
