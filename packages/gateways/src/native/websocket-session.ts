import type { Peer } from '@skein/core';
import { decodeUp, FrameSplitter, ProtocolError } from '@skein/protocol';
import { upFromJson } from '@skein/protocol/json';
import type { ByteLink } from '../session/byte-link.ts';
import { Session, type SessionDeps } from '../session/session.ts';
import { BINARY_WIRE, JSON_WIRE } from './websocket-wires.ts';

/** The native protocol over WebSocket messages. Which kind of message is right is the subprotocol's choice. */
export abstract class WebSocketSession extends Session {
  protected abstract readonly isBinary: boolean;

  /** A whole message, as the WebSocket library hands it out. */
  receiveMessage(message: Uint8Array, isBinary: boolean): void {
    if (isBinary === this.isBinary) this.receive(message);
    else this.violated('protocolViolation', `expected ${this.isBinary ? 'binary' : 'text'} messages`);
  }

  /** A ping; the library's pong is left to the link. */
  signOfLife(): void {
    if (this.isOpen) this.connection.heartbeat();
  }

  /** The peer broke RFC 6455; the library has told it so. */
  brokeWebSocket(error: Error): void {
    this.violated('protocolViolation', error.message);
  }
}

/** [GW13] A binary message holds one or more whole frames; an empty one is a heartbeat. */
export class BinaryWebSocketSession extends WebSocketSession {
  protected override readonly isBinary = true;

  constructor(deps: SessionDeps, peer: Peer, link: ByteLink) {
    super(deps, link, BINARY_WIRE);
    this.connect(peer);
  }

  protected override read(message: Uint8Array): void {
    if (message.length === 0) {
      this.heartbeat();
      return;
    }
    // Made per message: nothing is kept between messages, so an idle connection keeps no splitter.
    const splitter = new FrameSplitter(
      this.deps.core.limits.frameBytesMax,
      (bytes, from, to) => {
        if (this.isOpen) this.handle(decodeUp(bytes, from, to));
      },
      () => this.heartbeat(),
    );
    splitter.push(message);
    if (!splitter.isBetweenFrames) throw new ProtocolError('truncated', 'a message ends inside a frame');
  }
}

/** [GW13] A text message holds one frame as a JSON object; an empty one is a heartbeat. */
export class JsonWebSocketSession extends WebSocketSession {
  protected override readonly isBinary = false;

  constructor(deps: SessionDeps, peer: Peer, link: ByteLink) {
    super(deps, link, JSON_WIRE);
    this.connect(peer);
  }

  protected override read(message: Uint8Array): void {
    if (message.length === 0) this.heartbeat();
    else
      this.handle(
        upFromJson(Buffer.from(message.buffer, message.byteOffset, message.length).toString('utf8')),
      );
  }
}
