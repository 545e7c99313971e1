import type { Socket } from 'node:net';
import type { Peer } from '@skein/core';
import type { Limits } from '@skein/model';
import { WebSocket, WebSocketServer } from 'ws';
import type { TakeUpgrade } from '../port/doors.ts';
import type { ByteLink } from './byte-link.ts';
import { isOriginAllowed } from './origin.ts';
import { peerOf } from './peer-of.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';

/** A session as its WebSocket sees it. */
export interface MessageSession {
  readonly isOpen: boolean;
  /** A whole message, as the WebSocket library hands it out. */
  receiveMessage(message: Uint8Array, isBinary: boolean): void;
  /** A ping; the library's pong is left to the link. */
  signOfLife(): void;
  /** The peer broke RFC 6455; the library has told it so. */
  brokeWebSocket(error: Error): void;
  /** Counts what was read against the budget of a stranger; false once it need not be any more. */
  countBeforeSignIn(byteCount: number): boolean;
  drained(): void;
  ended(): void;
}

export interface WebSocketService {
  /** What its connections are called in figures and logs. */
  readonly gateway: string;
  readonly limits: Limits;
  readonly allowedOrigins: ReadonlySet<string>;
  /** Of what the client offers, in its order of preference; null where none is spoken. */
  readonly choose: (offered: ReadonlySet<string>) => string | null;
  /** What is offered in vain is answered with this reason, as a close code: a page can read that. */
  readonly offerInstead: string;
  /** The link takes whole WebSocket frames; see `messageOf`. */
  readonly open: (subprotocol: string, peer: Peer, link: ByteLink) => MessageSession;
}

// A message in more pieces than this is an attack on our memory, not a large message.
const FRAGMENTS_MAX = 256;
const BUFFERED_CHUNKS_MAX = 4096;
// A length prefix before the frame.
const FRAME_PREFIX_BYTES_MAX = 4;
// RFC 6455 §5.5: a control frame holds at most 125 bytes, two of which are the code.
const REASON_BYTES_MAX = 123;

const SESSION = Symbol('session');

interface LinkedSocket extends Socket {
  [SESSION]?: MessageSession;
}

/** Listeners are shared by all connections; they find what is theirs here. */
class LinkedWebSocket extends WebSocket {
  session: MessageSession | undefined = undefined;
}

class WebSocketLink implements ByteLink {
  readonly #socket: Socket;
  readonly #webSocket: WebSocket;

  constructor(socket: Socket, webSocket: WebSocket) {
    this.#socket = socket;
    this.#webSocket = webSocket;
  }

  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  /** Bytes are whole WebSocket frames; without compression the library writes its own (close, pong) in the same order. */
  write(bytes: Uint8Array): void {
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#socket.write(bytes);
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  end(code: number, reason: string): void {
    this.#webSocket.resume();
    this.#webSocket.close(code, cutToBytes(reason, REASON_BYTES_MAX));
  }
}

/** Takes upgrades for one gateway, with everything bounded that a stranger can make us keep. No compression is negotiated. */
export function serveWebSocket(service: WebSocketService): TakeUpgrade {
  const { frameBytesMax, lingerMs } = service.limits;
  const options = {
    noServer: true,
    perMessageDeflate: false,
    // Not yet in the published types.
    closeTimeout: lingerMs,
    clientTracking: false,
    // Answered by a listener that all connections share.
    autoPong: false,
    maxPayload: frameBytesMax + FRAME_PREFIX_BYTES_MAX,
    maxFragments: FRAGMENTS_MAX,
    maxBufferedChunks: BUFFERED_CHUNKS_MAX,
    handleProtocols: (offered: Set<string>) => service.choose(offered) ?? false,
    WebSocket: LinkedWebSocket,
  };
  const server = new WebSocketServer(options);
  return (request, socket, head) => {
    // [GW14] A page of another site must not speak for the person who looks at it.
    if (!isOriginAllowed(request, service.allowedOrigins)) {
      refuseUpgrade(socket, 403, 'This page may not connect here; its origin is not allowed.');
      return;
    }
    server.handleUpgrade(request, socket, head, (webSocket) => {
      open(service, socket, webSocket as LinkedWebSocket);
    });
  };
}

function open(service: WebSocketService, socket: LinkedSocket, webSocket: LinkedWebSocket): void {
  if (webSocket.protocol === '') {
    webSocket.on('error', ignore);
    webSocket.close(1002, service.offerInstead);
    return;
  }
  const link = new WebSocketLink(socket, webSocket);
  const session = service.open(webSocket.protocol, peerOf(service.gateway, socket), link);
  webSocket.session = session;
  socket[SESSION] = session;
  webSocket.on('message', onMessage);
  webSocket.on('ping', onPing);
  webSocket.on('pong', onPong);
  webSocket.on('error', onError);
  webSocket.on('close', onClose);
  socket.on('drain', onDrain);
  // Before the library's own listener, so that a stranger's bytes are counted before they are gathered.
  socket.prependListener('data', onStrangersBytes);
}

function onMessage(this: WebSocket, message: unknown, isBinary: boolean): void {
  (this as LinkedWebSocket).session?.receiveMessage(message as Buffer, isBinary);
}

function onPing(this: WebSocket, payload: Buffer): void {
  const { session } = this as LinkedWebSocket;
  session?.signOfLife();
  // Who reads nothing gets no pongs to hoard; RFC 6455 §5.5.3 asks only for one to the latest ping.
  if (session?.isOpen === true && this.bufferedAmount === 0) this.pong(payload);
}

function onPong(this: WebSocket): void {
  (this as LinkedWebSocket).session?.signOfLife();
}

function onError(this: WebSocket, error: Error): void {
  (this as LinkedWebSocket).session?.brokeWebSocket(error);
}

function onClose(this: WebSocket): void {
  (this as LinkedWebSocket).session?.ended();
}

function onDrain(this: LinkedSocket): void {
  this[SESSION]?.drained();
}

function onStrangersBytes(this: LinkedSocket, bytes: Buffer): void {
  if (this[SESSION]?.countBeforeSignIn(bytes.length) !== true) this.off('data', onStrangersBytes);
}

function ignore(): void {}

/** Cuts a text to so many bytes of UTF-8, never inside a character. */
function cutToBytes(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  let end = bytesMax;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
