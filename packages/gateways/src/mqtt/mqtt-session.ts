import type { Peer, TopicConnected, Topics } from '@skein/core';
import type { Clock } from '@skein/model';
import type { CloseReason, DownFrameInit } from '@skein/protocol';
import type { ByteLink } from '../session/byte-link.ts';
import { Session, type SessionDeps } from '../session/session.ts';
import type { Wire } from '../session/wire.ts';
import { ChatLine } from './chat/chat-line.ts';
import { NO_CORE } from './chat/core-peer.ts';
import type { PassingDevices } from './chat/passing-devices.ts';
import { PacketSplitter } from './codec/packet-splitter.ts';
import type { ClientPacket, Connect, Disconnect, Version } from './codec/packets.ts';
import { UnsupportedVersion } from './codec/parse-connect.ts';
import { parsePacket } from './codec/parse-packet.ts';
import { MqttViolation, protocolError, REASON, RETURN_CODE, type ReasonCode } from './codec/reason-codes.ts';
import { reasonIn } from './codec/reason-places.ts';
import { encodeConnack, encodeDisconnect, PINGRESP } from './codec/write-packet.ts';
import { connackOf, keepAliveOf } from './connack.ts';
import { type Connecting, refuseConnect } from './connect-steps.ts';
import { handlePacket } from './handle-packet.ts';
import { LiveConnection } from './live-connection.ts';
import type { Pulsing } from './pulses.ts';
import { REASON_OF_CLOSE, REASON_OF_REFUSAL, returnCodeOf } from './refusal-codes.ts';
import { Subscriber } from './subscriber.ts';

export interface MqttDeps extends SessionDeps {
  readonly clock: Clock;
  readonly newClientId: () => string;
  readonly devices: PassingDevices;
}

// [MQTT-3.1.2-22] (3.1.1: -24) One and a half times the interval.
const KEEP_ALIVE_FACTOR = 1.5;
const MS_PER_S = 1_000;
// [MQTT-3.4.2-2] An acknowledgement with the longest code of a refusal has fewer.
const REASONED_ANSWER_BYTES_MAX = 64;

/** Packets are written by whoever makes them; no frame of the core becomes bytes by itself. */
const MQTT_WIRE: Wire = {
  name: 'mqtt',
  encode: () => new Uint8Array(0),
  encodeDelivery: () => new Uint8Array(0),
  heartbeat: PINGRESP,
  hasCloseFrame: false,
};

/**
 * One MQTT connection (SPEC.md MQ1–MQ9), over any stream of bytes.
 *
 *   greeting ──CONNECT──▶ connecting ──CONNACK──▶ live
 *      └───────────────────────┴───────────────────┴──▶ closed
 */
export class MqttSession extends Session implements Pulsing {
  readonly #mqtt: MqttDeps;
  readonly #peer: Peer;
  readonly #splitter: PacketSplitter;
  #line: ChatLine;
  #version: Version = 4;
  #connect: Connect | null = null;
  #connecting: Connecting | null = null;
  #live: LiveConnection | null = null;
  // What a client sent behind its CONNECT without waiting ([MQTT-3.1.4-5]); at most what a stranger may send.
  #early: ClientPacket[] = [];
  #heardAtMs: number;
  #keepAliveMs = 0;

  constructor(deps: MqttDeps, peer: Peer, link: ByteLink) {
    super(deps, link, MQTT_WIRE);
    this.#mqtt = deps;
    this.#peer = peer;
    this.#heardAtMs = deps.clock.monotonicMs();
    this.#splitter = new PacketSplitter(deps.core.limits.bytesBeforeSignInMax, (bytes, first, from, to) => {
      if (this.isOpen) this.#packet(parsePacket({ bytes, first, from, to }, this.#version));
    });
    this.#line = this.#newLine();
    this.connection = this.#line.connection;
  }

  override send(_frame: DownFrameInit): void {
    // The core speaks to `ChatLine`.
  }

  /** [MQTT-4.13.1-1] The reason as far as the protocol version has room for it, then the end of the connection. */
  end(reason: ReasonCode, detail: string): void {
    if (!this.isOpen) return;
    if (this.#live !== null) {
      const said = reasonIn('disconnect', reason);
      // [MQTT-3.14.2-3]
      if (this.#version === 5)
        this.#sayWhatFits(encodeDisconnect(said, this.#reasonString(detail)), encodeDisconnect(said, null));
    } else if (this.#connect !== null) {
      this.#refuse(reason, detail);
    }
    this.#leave({ isClean: false, expiryS: null });
    super.close('goodbye', detail);
    this.connection.closed();
  }

  override close(reason: CloseReason, detail = ''): void {
    this.end(REASON_OF_CLOSE[reason], detail === '' ? reason : detail);
  }

  override ended(): void {
    this.#leave({ isClean: false, expiryS: null });
    super.ended();
  }

  override drained(): void {
    super.drained();
    this.#live?.session.pump();
    this.#line.pump();
  }

  /** Whoever is silent for too long is gone; the core hears of the others. */
  pulse(nowMs: number): number {
    if (!this.isOpen || this.#live === null) return Number.POSITIVE_INFINITY;
    const silentAtMs =
      this.#keepAliveMs === 0
        ? Number.POSITIVE_INFINITY
        : this.#heardAtMs + this.#keepAliveMs * KEEP_ALIVE_FACTOR;
    if (nowMs >= silentAtMs) {
      this.end(REASON.keepAliveTimeout, 'nothing was heard for one and a half keep-alive intervals');
      return Number.POSITIVE_INFINITY;
    }
    this.connection.heartbeat();
    this.#line.renew();
    return silentAtMs;
  }

  protected override read(bytes: Uint8Array): void {
    this.#heardAtMs = this.#mqtt.clock.monotonicMs();
    this.countBeforeSignIn(bytes.length);
    if (this.isOpen) this.#splitter.push(bytes);
  }

  protected override failed(error: unknown): void {
    if (!(error instanceof MqttViolation)) {
      super.failed(error);
      return;
    }
    if (error instanceof UnsupportedVersion) {
      // [MQTT-3.1.2-2] In the form that every version understands.
      const returnCode = RETURN_CODE.unacceptableProtocolVersion;
      this.queue(encodeConnack(4, { isSessionPresent: false, reason: error.reason, returnCode }));
    }
    const { connection } = this;
    this.end(error.reason, error.message);
    connection.violated('protocolViolation', error.message);
  }

  #newLine(): ChatLine {
    const { clock, newClientId: newKey, devices } = this.#mqtt;
    const deps = { core: this.deps.core, clock, peer: this.#peer, newKey, devices };
    return new ChatLine(deps, {
      queuedBytes: () => this.queuedBytes(),
      ended: (reason, detail) => this.end(reason, detail),
    });
  }

  #packet(packet: ClientPacket): void {
    if (this.#connect === null) {
      // [MQTT-3.1.0-1]
      if (packet.type !== 'connect') throw protocolError('the first packet is CONNECT');
      this.#begin(packet);
    } else if (this.#live === null) {
      this.#early.push(packet);
    } else {
      handlePacket(this.#live, packet);
    }
  }

  #begin(packet: Connect): void {
    this.#connect = packet;
    this.#version = packet.version;
    this.holdReading(true);
    this.#establish(packet).catch((error: unknown) => this.failed(error));
  }

  async #establish(packet: Connect): Promise<void> {
    const { topics } = this.deps.core;
    const connecting = this.#newConnecting(packet, topics);
    this.#connecting = connecting;
    const refused = await refuseConnect(connecting);
    if (!this.isOpen) return;
    if (refused !== null) {
      this.end(refused, '');
      return;
    }
    if (connecting.owner.user === null) {
      this.#line.release();
      this.connection = NO_CORE;
    }
    const subscriber = this.#newSubscriber(packet);
    const request = { ...connecting, isCleanStart: packet.isCleanStart, expiryS: packet.sessionExpiryS };
    const connected = await topics.sessions.connect(request, subscriber);
    if ('outcome' in connected) {
      this.end(REASON_OF_REFUSAL[connected.code], connected.code);
      return;
    }
    if (this.isOpen) this.#welcome(packet, { connecting, connected, subscriber });
    else topics.sessions.disconnect(connected.session, subscriber, { isClean: false, expiryS: null });
  }

  #newConnecting(packet: Connect, topics: Topics): Connecting {
    let attempts = 0;
    return {
      packet,
      topics,
      nowMs: this.#mqtt.clock.nowMs(),
      newClientId: this.#mqtt.newClientId,
      signIn: (claim) => {
        // A refused attempt ended its connection in the core.
        if (attempts++ > 0) {
          this.#line = this.#newLine();
          this.connection = this.#line.connection;
        }
        return this.#line.signIn(claim);
      },
      leaveWill: (will) => this.#line.leaveWill(will),
      clientId: packet.clientId,
      isClientIdAssigned: false,
      device: null,
      owner: { user: null },
      space: 'users',
      will: null,
    };
  }

  #newSubscriber({ version, packetBytesMax, topicAliasMaximum }: Connect): Subscriber {
    const out = {
      write: (bytes: Uint8Array) => this.write(bytes),
      hasRoom: () => this.queuedBytes() < this.deps.core.limits.outboundBytesMax,
      end: (reason: ReasonCode, detail: string) => this.end(reason, detail),
    };
    return new Subscriber({ version, packetBytesMax, topicAliasMaximum }, out, this.#mqtt.clock);
  }

  #welcome(packet: Connect, of: Established): void {
    const { limits } = this.deps.core;
    const { session, isPresent } = of.connected;
    this.#splitter.setPacketBytesMax(limits.frameBytesMax);
    this.#keepAliveMs = keepAliveOf(packet, of.connecting, limits) * MS_PER_S;
    // [MQTT-3.2.0-1] CONNACK before anything else.
    const connack = encodeConnack(
      this.#version,
      connackOf(packet, { ...of.connecting, isPresent, session }, limits),
    );
    if (!this.#sayWhatFits(connack)) {
      this.deps.core.topics.sessions.disconnect(session, of.subscriber, { isClean: true, expiryS: null });
      this.end(REASON.packetTooLarge, 'CONNACK is larger than the client takes');
      return;
    }
    const live = new LiveConnection({
      topics: this.deps.core.topics,
      out: {
        write: (bytes) => this.write(bytes),
        end: (reason, detail) => this.end(reason, detail),
        goodbye: (disconnect) => this.#goodbye(disconnect),
        answersChanged: () => this.holdReading(live.answers.count >= limits.topicInFlightMax),
      },
      subscriber: of.subscriber,
      session,
      version: this.#version,
      chat: this.#line,
      isResumed: isPresent,
      wantsReasons: packet.wantsProblemInformation && packet.packetBytesMax >= REASONED_ANSWER_BYTES_MAX,
      clock: this.#mqtt.clock,
      openMax: limits.topicInFlightMax,
    });
    this.#live = live;
    session.start(of.subscriber, packet.receiveMaximum);
    if (session.owner.user !== null) {
      this.#line.open({
        session,
        subscriber: of.subscriber,
        version: this.#version,
        clock: this.#mqtt.clock,
        onBug: (error) => this.failed(error),
      });
    }
    const early = this.#early;
    this.#early = [];
    for (const next of early) if (this.isOpen) handlePacket(live, next);
    this.holdReading(live.answers.count >= limits.topicInFlightMax);
  }

  write(bytes: Uint8Array): void {
    if (this.isOpen) this.queue(bytes);
  }

  /** [MQTT-3.14.4-1] [MQTT-3.14.4-3]: nothing is said any more, and only a plain goodbye takes the will back. */
  #goodbye({ reason, sessionExpiryS }: Disconnect): void {
    if (this.#connect?.sessionExpiryS === 0 && (sessionExpiryS ?? 0) > 0) {
      // MQTT 5 §3.14.2.2.2
      throw protocolError('a session that was to end with its connection gets no expiry');
    }
    this.#leave({ isClean: reason === REASON.success, expiryS: sessionExpiryS });
    super.close('goodbye');
    this.connection.closed();
  }

  #leave(how: { isClean: boolean; expiryS: number | null }): void {
    const live = this.#live;
    live?.topics.sessions.disconnect(live.session, live.subscriber, how);
    this.#line.leave({ isGoodbye: how.isClean, isPassing: !(live?.session.isKept ?? this.#isAwaited) });
  }

  /** Before CONNACK: the client has a session of before, which it did not want to end. */
  get #isAwaited(): boolean {
    const connecting = this.#connecting;
    if (connecting === null || connecting.packet.sessionExpiryS === 0) return false;
    return connecting.topics.sessions.isKnown(connecting);
  }

  #refuse(reason: ReasonCode, detail: string): void {
    const reasonString = this.#reasonString(detail);
    const connack = {
      isSessionPresent: false,
      reason: reasonIn('connack', reason),
      returnCode: returnCodeOf(reason),
    };
    const said = reasonString === null ? connack : { ...connack, reasonString };
    const version = this.#version;
    // A violation of MQTT 3.1.1 is not answered at all ([MQTT-4.8.0-1]); a refusal is.
    const isViolation = reason === REASON.malformedPacket || reason === REASON.protocolError;
    // [MQTT-3.2.2-19]
    if (version === 5 || !isViolation)
      this.#sayWhatFits(encodeConnack(version, said), encodeConnack(version, connack));
  }

  /** [MQ21] [MQTT-3.1.2-24] The first of these that is not larger than the client takes. */
  #sayWhatFits(...choices: readonly Uint8Array[]): boolean {
    const packetBytesMax = this.#connect?.packetBytesMax ?? Number.POSITIVE_INFINITY;
    const chosen = choices.find(({ length }) => length <= packetBytesMax);
    if (chosen !== undefined) this.queue(chosen);
    return chosen !== undefined;
  }

  #reasonString(detail: string): string | null {
    return this.#connect?.wantsProblemInformation === true && detail !== '' ? detail : null;
  }
}

interface Established {
  readonly connecting: Connecting;
  readonly connected: TopicConnected;
  readonly subscriber: Subscriber;
}
