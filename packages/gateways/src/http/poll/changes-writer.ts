import type { SyncResultInit, UserInit } from '@skein/protocol';
import { bytesOfMessage, CODERS, jsonOfMessage } from '@skein/protocol/services';
import { type Exchange, JSON_TYPE } from '../exchange.ts';
import { queuedBytesOf } from '../queued-bytes.ts';
import type { Codec } from '../rpc/procedures.ts';
import { cursorAfter, cursorWord } from './cursor.ts';

/**
 * Writes a Changes message part by part, so that a long absence is never held in memory as a whole: repeated fields of
 * protobuf may come in pieces, and so may the list of a JSON object.
 */
export class ChangesWriter {
  readonly #exchange: Exchange;
  readonly #codec: Codec;
  readonly #users = new Map<number, UserInit>();
  #isBegun = false;
  #isFirst = true;
  #isReset = false;

  constructor(exchange: Exchange, codec: Codec) {
    this.#exchange = exchange;
    this.#codec = codec;
  }

  get isBegun(): boolean {
    return this.#isBegun;
  }

  get queuedBytes(): number {
    return queuedBytesOf(this.#exchange.response);
  }

  write(part: SyncResultInit): void {
    if (!this.#isBegun) this.#begin();
    this.#isReset ||= part.reset === true;
    if (this.#codec.type === JSON_TYPE) this.#writeJson(part);
    else this.#writeBytes({ changed: part.changed, users: part.users });
    if (part.more !== true) this.#finish(cursorWord(cursorAfter(part)));
  }

  #begin(): void {
    this.#isBegun = true;
    this.#exchange.head(200, { 'Content-Type': this.#codec.type });
    if (this.#codec.type === JSON_TYPE) this.#exchange.response.write('{"changed":[');
  }

  #writeJson({ changed = [], users = [] }: SyncResultInit): void {
    for (const user of users) this.#users.set(user.number ?? 0, user);
    for (const state of changed) {
      const json = jsonOfMessage(CODERS.ConversationState, state);
      this.#exchange.response.write(this.#isFirst ? json : `,${json}`);
      this.#isFirst = false;
    }
  }

  #writeBytes(message: object): void {
    this.#exchange.response.write(bytesOfMessage(CODERS.Changes, message));
  }

  #finish(cursor: string): void {
    const { response } = this.#exchange;
    if (this.#codec.type === JSON_TYPE) {
      const users = [...this.#users.values()].map((user) => jsonOfMessage(CODERS.User, user)).join(',');
      const reset = this.#isReset ? ',"reset":true' : '';
      response.end(`],"users":[${users}],"cursor":${JSON.stringify(cursor)}${reset}}\n`);
      return;
    }
    this.#writeBytes({ cursor, reset: this.#isReset });
    response.end();
  }
}
