import { setTimeout as sleep } from 'node:timers/promises';
import type { Conversation } from '@skein/client';
import type { Scene } from './plan.ts';

export interface Direction {
  /** Where a character finds the conversation on their own device. */
  readonly conversationOf: (character: string) => Conversation;
  /** Between two parts; 0: as fast as it goes. */
  readonly pauseMs: number;
  /** A part has been said, stored, and heard by whoever comes next. */
  readonly said: (count: number) => void;
}

/**
 * Plays a scene as actors do: whoever is next waits for the cue, on a screen of their own, and then speaks. So the order of
 * the script is kept by what people see and by nothing else.
 */
export async function perform({ parts }: Scene, { conversationOf, pauseMs, said }: Direction): Promise<void> {
  let cue = 0;
  for (const [index, { speaker, text }] of parts.entries()) {
    const conversation = conversationOf(speaker);
    await conversation.info.until(({ last }) => cue === 0 || (last?.seq ?? 0) >= cue);
    const { seq } = await conversation.send(text).sent;
    if (seq === null) throw new Error('what is sent has a seq');
    cue = seq;
    said(index + 1);
    if (pauseMs > 0) await sleep(pauseMs);
  }
}
