import type { PublishResult } from '@skein/core';
import { ENTRY_KIND, type Refusal, refuse } from '@skein/model';
import { encodeMessage, type SendInit, writeContent } from '@skein/protocol';
import type { CoreClient, Ended } from '../../session/client/core-client.ts';
import type { Publish } from '../codec/packets.ts';
import type { ChatAct, ChatTarget, ChatTopic } from './chat-topics.ts';
import type { SendKeys } from './send-keys.ts';

const DONE: PublishResult = { outcome: 'published', subscriberCount: 1 };
const NUMBER = /^[1-9]\d{0,14}$/;
// The core stops at the head.
const TO_THE_HEAD = Number.MAX_SAFE_INTEGER;
const JSON_TYPE = 'application/json';
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Turns values published to conversations into commands of the core (MQ11). */
export class ChatPublisher {
  readonly #client: CoreClient;
  readonly #keys: SendKeys;
  // Bounded by the conversations that one user may have.
  readonly #directs = new Map<string, Promise<number | Refusal>>();

  constructor(client: CoreClient, keys: SendKeys) {
    this.#client = client;
    this.#keys = keys;
  }

  /** Resolves when the entry is durable. */
  async publish({ target, act }: ChatTopic, packet: Publish, topic: string): Promise<PublishResult> {
    const text = textOf(packet.payload);
    if (text === null) return refuse('message.invalid');
    // Named before anything is waited for: values of one client stay in their order.
    const key = this.#keys.of(packet, topic);
    if (key?.saved !== null && key !== undefined) await key.saved;
    const conversation = await this.#conversationOf(target);
    if (typeof conversation !== 'number') return conversation;
    if (act.does === 'read') {
      const seq = NUMBER.test(text) ? Number(text) : TO_THE_HEAD;
      this.#client.tell({ case: 'read', value: { conversation, seq } });
      return DONE;
    }
    if (act.does === 'typing') {
      const stopped = text === '0' || text === 'false' || text === 'stopped';
      this.#client.tell({ case: 'typing', value: { conversation, stopped } });
      return DONE;
    }
    const send = toSend(act, text, packet.properties?.contentType === JSON_TYPE);
    const sent = await this.#client.send({
      ...send,
      conversation,
      ...(key === undefined ? {} : { key: key.key }),
    });
    if (sent.outcome === 'stored') return DONE;
    return sent.outcome === 'ended' ? refuse('server.shutting_down') : sent;
  }

  #conversationOf(target: ChatTarget): Promise<number | Refusal> {
    if (target.to === 'conversation') return Promise.resolve(target.conversation);
    const known = this.#directs.get(target.user);
    if (known !== undefined) return known;
    const asked = this.#client.direct(target.user).then((answer) => this.#numberOf(answer, target.user));
    this.#directs.set(target.user, asked);
    return asked;
  }

  #numberOf(answer: Awaited<ReturnType<CoreClient['direct']>>, user: string): number | Refusal {
    if ('conversation' in answer) return answer.conversation;
    // Who does not exist today may tomorrow.
    this.#directs.delete(user);
    return refusalOf(answer);
  }
}

export function refusalOf(answer: Refusal | Ended): Refusal {
  return answer.outcome === 'ended' ? refuse('server.shutting_down') : answer;
}

function toSend(act: ChatAct, text: string, isJson: boolean): Omit<SendInit, 'conversation' | 'counter'> {
  switch (act.does) {
    case 'edit':
      return { ...contentOf(text, isJson), kind: ENTRY_KIND.edit, target: act.seq };
    case 'recall':
      return { kind: ENTRY_KIND.recall, target: act.seq };
    case 'react':
    case 'unreact':
      return {
        kind: ENTRY_KIND.reaction,
        target: act.seq,
        reaction: { key: text, removed: act.does === 'unreact' },
      };
    case 'say':
    case 'read':
    case 'typing':
      return contentOf(text, isJson);
  }
}

/** A content type of JSON makes it an application's own kind, which others are shown as it is. */
function contentOf(text: string, isJson: boolean): Pick<SendInit, 'text' | 'content'> {
  if (!isJson) return { text };
  const of = { case: 'custom', value: { kind: 'mqtt', json: text } } as const;
  return { content: encodeMessage(writeContent, { of, fallback: text }) };
}

function textOf(payload: Uint8Array): string | null {
  try {
    return strictUtf8.decode(payload);
  } catch {
    return null;
  }
}
