import type { Server as HttpServer } from 'node:http';
import type { Http2Server } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock, Limits } from '@skein/model';
import { echoGateway } from './http/echo.ts';
import { httpGateway } from './http/http-gateway.ts';
import { createHttpServer, type Health, requestAnswerer, serveHttp } from './http/http-server.ts';
import { createHttp2Server, serveHttp2 } from './http/http2-server.ts';
import { UpgradeTable } from './http/upgrade-table.ts';
import { WebFiles } from './http/web-files.ts';
import { linesGateway } from './json-lines/lines-gateway.ts';
import { mqttGateway } from './mqtt/mqtt-gateway.ts';
import { nativeGateway } from './native/native-gateway.ts';
import { NativeSession } from './native/native-session.ts';
import type { Doors, Gateway, ProtocolTable, TakeSocket } from './port/doors.ts';
import { alpnOf, Entrance } from './port/entrance.ts';
import { type Endpoint, type Listening, listen } from './port/listen.ts';
import { OpenSockets } from './port/open-sockets.ts';
import { type DetectorOptions, PortDetector } from './port/port-detector.ts';
import { Proxies } from './port/proxies.ts';
import { CROWDED_TABLE, refusingGateway } from './port/refuse.ts';
import { type Certificate, TlsUnwrapper } from './port/tls-server.ts';
import { USUAL_PORTS, type UsualPortName } from './port/usual-ports.ts';
import type { CoreDoor } from './session/core-door.ts';
import { Deadlines } from './session/deadlines.ts';
import { FlushList } from './session/flush-list.ts';
import { addressOf } from './session/peer-of.ts';
import { xmppGateway } from './xmpp/xmpp-gateway.ts';

export interface GatewayOptions {
  readonly core: CoreDoor;
  readonly clock: Clock;
  /** Every protocol is served on every one of these, but for those that are one protocol's alone. */
  readonly endpoints: readonly Endpoint[];
  /** Null: TLS is not served. */
  readonly certificate: Certificate | null;
  /** Addresses and networks (`10.0.0.0/8`) of proxies that say who is behind them (rule GW26). */
  readonly trustedProxies: readonly string[];
  /** Folder of the built web page; null where there is none. */
  readonly webFolder: string | null;
  readonly health: Health;
  readonly areMetricsPublic: boolean;
  /** Pages that may open a WebSocket although they came from elsewhere: `https://chat.example`. */
  readonly allowedOrigins: readonly string[];
  /** What the server is called in XMPP addresses. */
  readonly xmppDomain: string;
  /** The test flag: a WebSocket that sends everything back, on `/echo`. */
  readonly isEchoServed: boolean;
  /** Told of bugs; the process goes on. */
  readonly report: (error: unknown) => void;
}

/** The open port. */
export interface Gateways {
  /** The real port of the first TCP endpoint; null when there are only Unix sockets. */
  readonly port: number | null;
  readonly addresses: readonly string[];
  /** The real ports that are one protocol's alone. */
  readonly usualPorts: Readonly<Partial<Record<UsualPortName, number>>>;
  /** Accepted connections, those that have said nothing yet included. */
  readonly socketCount: number;
  readonly isAccepting: boolean;
  /** Uses another certificate for connections from now on. */
  setCertificate(certificate: Certificate): void;
  /** Takes no new connection; those that are open stay. */
  stopAccepting(): Promise<void>;
  /** Ends everything that is still open. */
  close(): Promise<void>;
}

// A socket with more than this waiting reports when it has left; above the limits that wait for that report it would not.
const HIGH_WATER_BYTES = 65_536;
const NO_BYTES = Buffer.alloc(0);

/** Every gateway, a line each. One that takes a protocol over from another, as from the refusals, stands after it. */
export const GATEWAYS: readonly Gateway[] = [
  refusingGateway,
  nativeGateway,
  linesGateway,
  httpGateway((deps, peer, link) => new NativeSession(deps, peer, link)),
  xmppGateway,
  mqttGateway,
  echoGateway,
];

/**
 * Opens the port: one detector in front of every protocol (SPEC.md GW1–GW5).
 *
 * Errors: throws what listening, the certificate or the folder of the page throws; nothing stays open then.
 */
export async function openGateways(
  options: GatewayOptions,
  gateways: readonly Gateway[] = GATEWAYS,
): Promise<Gateways> {
  const files = options.webFolder === null ? null : await WebFiles.load(options.webFolder);
  const port = new Port(options, files, gateways);
  try {
    for (const endpoint of options.endpoints) await port.listen(endpoint);
  } catch (error) {
    await port.close();
    throw error;
  }
  return port;
}

class Port implements Gateways {
  readonly #limits: Limits;
  readonly #sockets: OpenSockets;
  readonly #lingering: Deadlines<Socket>;
  readonly #doors: readonly Doors[];
  readonly #http: HttpServer;
  readonly #http2: Http2Server;
  readonly #table: ProtocolTable;
  readonly #tls: TlsUnwrapper | null;
  readonly #proxies: Proxies;
  readonly #detecting: DetectorOptions;
  readonly #crowded: PortDetector;
  readonly #entrances: Entrance[] = [];
  readonly #listenings: (Listening & { readonly name: UsualPortName | null })[] = [];
  #isAccepting = true;

  constructor(options: GatewayOptions, files: WebFiles | null, gateways: readonly Gateway[]) {
    const { core, clock, certificate } = options;
    const { limits } = core;
    const { sweepIntervalMs, detectTimeoutMs, lingerMs } = limits;
    this.#limits = limits;
    this.#sockets = new OpenSockets(clock, limits);
    this.#lingering = new Deadlines(clock, lingerMs, sweepIntervalMs, (socket) => socket.destroy());
    const parts = {
      deps: { core, flushes: new FlushList(setImmediate), report: options.report },
      lingering: this.#lingering,
      clock,
      allowedOrigins: new Set(options.allowedOrigins),
      startTls: certificate === null ? null : this.#startTls,
      xmppDomain: options.xmppDomain,
      isEchoServed: options.isEchoServed,
    };
    this.#doors = gateways.map((gateway) => gateway(parts));
    const http = {
      ...options,
      limits,
      lingering: this.#lingering,
      files,
      upgrades: new UpgradeTable(
        this.#doors.flatMap(({ upgrades = [] }) => upgrades),
        this.#sockets,
      ),
      requests: this.#doors.flatMap(({ requests = [] }) => requests),
      sockets: this.#sockets,
    };
    const answerRequest = requestAnswerer(http);
    this.#http = createHttpServer(http, answerRequest);
    this.#http2 = createHttp2Server(answerRequest, { sockets: this.#sockets, clock, limits });
    const sockets = this.#doors.map((door) => door.sockets);
    this.#table = takingNote(
      Object.assign(
        { http: serveHttp(this.#http), h2: serveHttp2(this.#http2, this.#lingering) },
        ...sockets,
      ),
      this.#sockets,
    );
    this.#tls =
      certificate === null ? null : new TlsUnwrapper(certificate, detectTimeoutMs, alpnOf(this.#table));
    this.#proxies = new Proxies(options.trustedProxies, limits.proxyHeaderBytesMax);
    this.#detecting = { clock, detectTimeoutMs, sweepIntervalMs };
    this.#crowded = new PortDetector(CROWDED_TABLE, this.#detecting);
  }

  get port(): number | null {
    return this.#listenings.find(({ name, port }) => name === null && port !== null)?.port ?? null;
  }

  get usualPorts(): Readonly<Partial<Record<UsualPortName, number>>> {
    return Object.fromEntries(
      this.#listenings.flatMap(({ name, port }) => (name === null || port === null ? [] : [[name, port]])),
    );
  }

  get addresses(): readonly string[] {
    return this.#listenings.flatMap(({ name, addresses }) => (name === null ? addresses : []));
  }

  get socketCount(): number {
    return this.#sockets.count;
  }

  get isAccepting(): boolean {
    return this.#isAccepting;
  }

  async listen(endpoint: Endpoint): Promise<void> {
    const { outboundBytesMax, outboundPauseBytes } = this.#limits;
    const highWaterBytes = Math.min(HIGH_WATER_BYTES, outboundBytesMax, outboundPauseBytes);
    const name = ('only' in endpoint ? endpoint.only : undefined) ?? null;
    const entrance = new Entrance({
      table: this.#table,
      tls: this.#tls,
      takeProxied: (next) => (socket, bytes) =>
        this.#proxies.take(socket, bytes, (behind, rest) => this.#admit(behind, next, rest)),
      detecting: this.#detecting,
      only: name === null ? null : USUAL_PORTS[name],
    });
    this.#entrances.push(entrance);
    const onSocket = (socket: Socket): void => this.#accept(socket, entrance);
    this.#listenings.push({ ...(await listen(endpoint, { highWaterBytes, onSocket })), name });
  }

  setCertificate(certificate: Certificate): void {
    this.#tls?.setCertificate(certificate);
  }

  async stopAccepting(): Promise<void> {
    this.#isAccepting = false;
    await Promise.all(this.#listenings.map((listening) => listening.close()));
  }

  async close(): Promise<void> {
    await this.stopAccepting();
    for (const entrance of this.#entrances) entrance.close();
    this.#crowded.close();
    for (const { close } of this.#doors) close?.();
    this.#lingering.expireAll();
    this.#http.close();
    this.#http2.close();
    this.#sockets.close();
  }

  #accept(socket: Socket, entrance: Entrance): void {
    if (this.#sockets.count >= this.#limits.connectionsMax) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    // A proxy is many people; each is counted once it has said who.
    if (this.#proxies.isTrusted(addressOf(socket))) entrance.accept(socket, NO_BYTES);
    else this.#admit(socket, entrance.accept, NO_BYTES);
  }

  /** [GW29] */
  #admit(socket: Socket, next: TakeSocket, bytes: Buffer): void {
    const place = this.#sockets.placeOf(socket);
    if (place === 'free') next(socket, bytes);
    else if (place === 'crowded') this.#crowded.accept(socket, bytes);
    else socket.destroy();
  }

  readonly #startTls = (socket: Socket, take: (inside: TLSSocket) => void): void => {
    this.#tls?.unwrap(socket, NO_BYTES, take);
  };
}

/** [GW40] Recognised, a connection is no stranger any more; one that speaks HTTP only when it has said a whole request. */
function takingNote(table: ProtocolTable, sockets: OpenSockets): ProtocolTable {
  const noted = Object.entries(table).map(([protocol, take]): [string, TakeSocket] => [
    protocol,
    (socket, firstBytes) => {
      if (protocol !== 'http' && protocol !== 'h2') sockets.taken(socket);
      take(socket, firstBytes);
    },
  ]);
  return Object.fromEntries(noted);
}
