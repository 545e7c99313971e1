import type { NativeClient } from '../clients/native-client.ts';
import { sleep, until } from '../waiting.ts';
import type { Person } from './person.ts';

const TEXT_BYTES = 15_999;
const FLOOD_TEXT = '水'.repeat(TEXT_BYTES / 3);
const FLOOD_MESSAGES = 1_400;
/** Of one flood, to each member. */
export const FLOOD_BYTES: number = FLOOD_MESSAGES * TEXT_BYTES;
const PER_TURN = 10;
const TURN_MS = 20;
const UNDER_WAY_MAX = 100;
const ALL_MS_MAX = 60_000;

export interface Flooded {
  readonly speaker: Person;
  readonly conversation: number;
  readonly healthy: readonly NativeClient[];
}

/** 21 MiB to a group, until everybody who reads has shown all of it. */
export async function flood({ speaker, conversation, healthy }: Flooded): Promise<void> {
  const acked = () => speaker.all('ack').length;
  const start = acked();
  const target = start + FLOOD_MESSAGES;
  const why = () => `${acked()} of ${target} acknowledged, refused: ${speaker.all('refused')[0]?.code}`;
  for (let said = 0; said < FLOOD_MESSAGES; said += PER_TURN) {
    for (let index = 0; index < PER_TURN; index++) speaker.say(conversation, FLOOD_TEXT);
    await sleep(TURN_MS);
    // A crowded machine is not to be asked for more than it can store: what is refused would have to be said again.
    await until('it is stored', ALL_MS_MAX, () => said - (acked() - start) < UNDER_WAY_MAX, why);
  }
  await until('all is stored', ALL_MS_MAX, () => acked() === target, why);
  const head = speaker.all('ack').at(-1)?.seq;
  const isComplete = ({ view }: NativeClient) => view.logOf(conversation).shown === head;
  await until('every healthy member shows everything', ALL_MS_MAX, () => healthy.every(isComplete));
}
