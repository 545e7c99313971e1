import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import type { Clock, Limits } from '@skein/model';
import { echoGateway } from './http/echo.ts';
import { httpGateway } from './http/http-gateway.ts';
import { createHttpServer, type Health, serveHttp } from './http/http-server.ts';
import { UpgradeTable } from './http/upgrade-table.ts';
import { WebFiles } from './http/web-files.ts';
import { linesGateway } from './json-lines/lines-gateway.ts';
import { nativeGateway } from './native/native-gateway.ts';
import type { Doors, Gateway, ProtocolTable, TakeSocket } from './port/doors.ts';
import { type Endpoint, type Listening, listen } from './port/listen.ts';
import { OpenSockets } from './port/open-sockets.ts';
import { PortDetector } from './port/port-detector.ts';
import { refusingGateway } from './port/refuse.ts';
import { type Certificate, createTlsServer, serveTls } from './port/tls-server.ts';
import type { CoreDoor } from './session/core-door.ts';
import { Deadlines } from './session/deadlines.ts';
import { FlushList } from './session/flush-list.ts';

export interface GatewayOptions {
  readonly core: CoreDoor;
  readonly clock: Clock;
  /** Every protocol is served on every one of these. */
  readonly endpoints: readonly Endpoint[];
  /** Null: TLS is not served. */
  readonly certificate: Certificate | null;
  /** Folder of the built web page; null where there is none. */
  readonly webFolder: string | null;
  readonly health: Health;
  readonly areMetricsPublic: boolean;
  /** Pages that may open a WebSocket although they came from elsewhere: `https://chat.example`. */
  readonly allowedOrigins: readonly string[];
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

/** Every gateway, a line each. One that takes a protocol over from another, as from the refusals, stands after it. */
export const GATEWAYS: readonly Gateway[] = [
  refusingGateway,
  nativeGateway,
  linesGateway,
  httpGateway,
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
  readonly #tls: TlsServer | null;
  /** In front of everything, and the same again inside TLS. */
  readonly #plain: PortDetector;
  readonly #secure: PortDetector;
  readonly #listenings: Listening[] = [];
  #isAccepting = true;

  constructor(options: GatewayOptions, files: WebFiles | null, gateways: readonly Gateway[]) {
    const { core, clock, certificate } = options;
    this.#limits = core.limits;
    this.#sockets = new OpenSockets(clock, core.limits);
    const sockets = this.#sockets;
    const { sweepIntervalMs, detectTimeoutMs, lingerMs, httpHeadersTimeoutMs } = core.limits;
    this.#lingering = new Deadlines(clock, lingerMs, sweepIntervalMs, (socket) => socket.destroy());
    const parts = {
      deps: { core, flushes: new FlushList(setImmediate), report: options.report },
      lingering: this.#lingering,
      clock,
      allowedOrigins: new Set(options.allowedOrigins),
      isEchoServed: options.isEchoServed,
    };
    this.#doors = gateways.map((gateway) => gateway(parts));
    this.#http = createHttpServer({
      ...options,
      headersTimeoutMs: httpHeadersTimeoutMs,
      files,
      upgrades: new UpgradeTable(
        this.#doors.flatMap(({ upgrades = [] }) => upgrades),
        sockets,
      ),
      requests: this.#doors.flatMap(({ requests = [] }) => requests),
      sockets,
    });
    const table: ProtocolTable = Object.assign(
      { http: serveHttp(this.#http) },
      ...this.#doors.map((door) => door.sockets),
    );
    const timing = { clock, detectTimeoutMs, sweepIntervalMs };
    const known = takingNote(table, sockets);
    const secure = new PortDetector(known, timing);
    this.#secure = secure;
    this.#tls =
      certificate === null
        ? null
        : createTlsServer(certificate, detectTimeoutMs, (socket) => secure.accept(socket));
    this.#plain = new PortDetector(
      this.#tls === null ? known : { ...known, tls: serveTls(this.#tls) },
      timing,
    );
  }

  get port(): number | null {
    return this.#listenings.find(({ port }) => port !== null)?.port ?? null;
  }

  get addresses(): readonly string[] {
    return this.#listenings.flatMap(({ addresses }) => addresses);
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
    const onSocket = (socket: Socket): void => this.#accept(socket);
    this.#listenings.push(await listen(endpoint, { highWaterBytes, onSocket }));
  }

  setCertificate(certificate: Certificate): void {
    this.#tls?.setSecureContext(certificate);
  }

  async stopAccepting(): Promise<void> {
    this.#isAccepting = false;
    await Promise.all(this.#listenings.map((listening) => listening.close()));
  }

  async close(): Promise<void> {
    await this.stopAccepting();
    this.#plain.close();
    this.#secure.close();
    for (const { close } of this.#doors) close?.();
    this.#lingering.expireAll();
    this.#http.close();
    this.#sockets.close();
  }

  #accept(socket: Socket): void {
    if (this.#sockets.count >= this.#limits.connectionsMax) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    this.#plain.accept(socket);
  }
}

/** [GW40] Recognised, a connection is no stranger any more; one that speaks HTTP only when it has said a whole request. */
function takingNote(table: ProtocolTable, sockets: OpenSockets): ProtocolTable {
  const noted = Object.entries(table).map(([protocol, take]): [string, TakeSocket] => [
    protocol,
    (socket, firstBytes) => {
      if (protocol !== 'http') sockets.taken(socket);
      take(socket, firstBytes);
    },
  ]);
  return Object.fromEntries(noted);
}
