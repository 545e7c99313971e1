/**
 * Presence, transient messages and wills: an entry of its own, so that no application carries what it does not show. Call
 * `fleeting(client)` right after `createClient`, in every window: the one that has the connection must know how to read it.
 */
import { conversationId, userNumber } from '@skein/model';
import {
  contentOfSend,
  type DownFrame,
  learnFleetingMessages,
  Availability as WireAvailability,
} from '@skein/protocol';
import type { Client } from './api/client.ts';
import type { Live } from './api/live.ts';
import type { Outgoing } from './api/message.ts';
import { SkeinError } from './api/skein-error.ts';
import type { Ask } from './engine/connection/requests.ts';
import type { Engine } from './engine/engine.ts';
import { contentOfBody } from './engine/fold/fold-message.ts';
import { bodyOf } from './engine/outbox/send-frame.ts';
import type { ClientFacade } from './facade/client-facade.ts';
import type { Fleeting, OwnPresence, Presence, TransientMessage, Will } from './fleeting/fleeting-words.ts';
import { PresenceBook } from './fleeting/presence-book.ts';
import { Dispatcher } from './live/dispatcher.ts';
import { Emitter } from './live/emitter.ts';

export type {
  Availability,
  Fleeting,
  OwnPresence,
  Presence,
  TransientMessage,
  Will,
} from './fleeting/fleeting-words.ts';

const AVAILABILITY_NUMBER: Readonly<Record<NonNullable<OwnPresence['availability']>, number>> = {
  available: WireAvailability.unspecified,
  chatty: WireAvailability.chatty,
  away: WireAvailability.away,
  'long-away': WireAvailability.long_away,
  busy: WireAvailability.busy,
  hidden: WireAvailability.hidden,
};

/** For a client that `createClient` made; once for each. */
export function fleeting(client: Client): Fleeting {
  learnFleetingMessages();
  return new FleetingPart(client as ClientFacade);
}

class FleetingPart implements Fleeting {
  readonly #engine: Engine;
  readonly #book: PresenceBook;
  readonly #emitter: Emitter<{ transient: TransientMessage }>;
  readonly #stops: readonly (() => void)[];
  // What the server forgets with a connection, by its name.
  readonly #standing = new Map<'presence' | 'will', Ask>();
  #isOnline = false;

  constructor(client: ClientFacade) {
    const dispatcher = new Dispatcher(client.engine.log);
    this.#engine = client.engine;
    this.#book = new PresenceBook(client.engine, dispatcher);
    this.#emitter = new Emitter(dispatcher);
    this.#stops = [
      client.on('fleeting', ({ frame }) => this.#heard(frame)),
      client.connection.subscribe(({ state }) => this.#connection(state === 'online')),
    ];
  }

  presence(user: string): Live<Presence> {
    return this.#book.live(user);
  }

  async setPresence({ availability = 'available', text = '', priority = 0 }: OwnPresence): Promise<void> {
    const value = { availability: AVAILABILITY_NUMBER[availability], text, priority };
    await this.#stand('presence', { case: 'setPresence', value });
  }

  sendTransient(to: string, message: Outgoing): boolean {
    const conversation = this.#engine.parts.model.byPublicId(to)?.number;
    if (conversation === undefined || !this.#isOnline) return false;
    this.#engine.act('say', {
      case: 'transient',
      value: { conversation, content: this.#bodyOf(message) },
    });
    return true;
  }

  onTransient(listener: (message: TransientMessage) => void): () => void {
    return this.#emitter.on('transient', listener);
  }

  async setWill(will: Will | null): Promise<void> {
    const conversation = will === null ? 0 : this.#engine.parts.model.byPublicId(will.conversationId)?.number;
    if (conversation === undefined) throw new SkeinError('permission.not_member');
    const value =
      will === null
        ? {}
        : {
            conversation,
            content: this.#bodyOf(will.message),
            delayMs: will.delayMs ?? 0,
            eachDevice: will.eachDevice ?? false,
          };
    await this.#stand('will', { case: 'setWill', value });
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#book.disconnected();
  }

  /** [FT4] Remembered for the connections to come, unless the server does not take it. */
  async #stand(name: 'presence' | 'will', ask: Ask): Promise<void> {
    const before = this.#standing.get(name);
    this.#standing.set(name, ask);
    try {
      await this.#engine.parts.requests.ask(ask);
    } catch (error) {
      if (error instanceof SkeinError && !error.retryable && this.#standing.get(name) === ask) {
        if (before === undefined) this.#standing.delete(name);
        else this.#standing.set(name, before);
      }
      throw error;
    }
  }

  #connection(isOnline: boolean): void {
    if (isOnline === this.#isOnline) return;
    this.#isOnline = isOnline;
    if (!isOnline) return this.#book.disconnected();
    this.#book.connected();
    for (const ask of this.#standing.values()) {
      this.#engine.parts.requests
        .ask(ask)
        .catch((error: unknown) => this.#engine.log('warn', 'not said on this connection', error));
    }
  }

  #heard(frame: DownFrame): void {
    if (frame.case === 'presence') return this.#book.heard(frame.value.users);
    if (frame.case !== 'transient') return;
    const { model } = this.#engine.parts;
    const { conversation, user, will } = frame.value;
    const row = model.conversation(conversationId(conversation));
    // In a conversation that this device has not heard of yet, nobody could show it.
    if (row === undefined) return;
    this.#emitter.emit('transient', {
      conversationId: model.publicIdOf(row),
      sender: model.user(userNumber(user)),
      content: contentOfBody(contentOfSend(frame.value)),
      isWill: will,
    });
  }

  #bodyOf(message: Outgoing): Uint8Array {
    return bodyOf(message, (user) => this.#engine.parts.model.numberOf(user));
  }
}
