import type { Peer } from '@skein/core';
import type { ByteLink } from '../session/byte-link.ts';
import { BINARY, messageOf } from '../session/websocket-message.ts';
import type { MessageSession } from '../session/websocket-server.ts';
import { type MqttDeps, MqttSession } from './mqtt-session.ts';

/** The stream of packets in binary WebSocket messages, cut anywhere ([MQTT-6.0.0-2]). */
export class MqttWebSocketSession extends MqttSession implements MessageSession {
  readonly #onGone: (session: MqttSession) => void;

  constructor(deps: MqttDeps, peer: Peer, link: ByteLink, onGone: (session: MqttSession) => void) {
    super(deps, peer, new FramedLink(link));
    this.#onGone = onGone;
  }

  receiveMessage(message: Uint8Array, isBinary: boolean): void {
    // [MQTT-6.0.0-1]
    if (isBinary) this.receive(message);
    else this.violated('protocolViolation', 'MQTT travels in binary messages');
  }

  signOfLife(): void {
    // A ping of WebSocket keeps the way open; the keep-alive of MQTT counts packets alone.
  }

  brokeWebSocket(error: Error): void {
    this.violated('protocolViolation', error.message);
  }

  override ended(): void {
    super.ended();
    this.#onGone(this);
  }
}

/** What is written in one turn is one message. */
class FramedLink implements ByteLink {
  readonly #link: ByteLink;

  constructor(link: ByteLink) {
    this.#link = link;
  }

  get queuedBytes(): number {
    return this.#link.queuedBytes;
  }

  write(bytes: Uint8Array): void {
    this.#link.write(messageOf(BINARY, bytes));
  }

  pause(): void {
    this.#link.pause();
  }

  resume(): void {
    this.#link.resume();
  }

  end(code: number, reason: string): void {
    this.#link.end(code, reason);
  }
}
