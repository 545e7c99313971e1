import { unlink } from 'node:fs/promises';
import {
  type AddressInfo,
  connect,
  createServer,
  type ListenOptions,
  type Server,
  type Socket,
} from 'node:net';
import { markUnix } from '../session/peer-of.ts';
import type { UsualPortName } from './usual-ports.ts';

/** Where to listen: a host and port (0 = any free one), or the path of a Unix socket. */
export type Endpoint =
  | {
      readonly host: string;
      readonly port: number;
      /** The one protocol that is spoken there; all of them where it is left out. */
      readonly only?: UsualPortName;
    }
  | { readonly path: string };

export interface ListenSettings {
  /** A write above this counts as "full" until it has left; see `Session.drained`. */
  readonly highWaterBytes: number;
  readonly onSocket: (socket: Socket) => void;
}

/** An open endpoint. */
export interface Listening {
  /** The real port; null for a Unix socket. */
  readonly port: number | null;
  /** As one would write them in a URL: `127.0.0.1:6969`, `[::1]:6969`, a path. */
  readonly addresses: readonly string[];
  /** Stops accepting; connections stay. */
  close(): Promise<void>;
}

// A storm of ten thousand reconnects waits in the kernel instead of being refused; the kernel cuts it to somaxconn.
const BACKLOG = 4096;
// Both loopback addresses must get the same port; another process may hold one of the two.
const SAME_PORT_ATTEMPTS = 20;

/**
 * Opens an endpoint on IPv4 and IPv6: `localhost` is both loopback addresses, `*` every address of the machine; any other
 * host is taken as it is. A machine without IPv6 is served on IPv4 alone.
 *
 * Errors: throws what `listen` throws (EADDRINUSE, EACCES …).
 */
export async function listen(endpoint: Endpoint, settings: ListenSettings): Promise<Listening> {
  if ('path' in endpoint) return listenOnPath(endpoint.path, settings);
  const servers = await openHosts(hostsOf(endpoint.host), endpoint.port, settings);
  const addresses = servers.map((server) => server.address() as AddressInfo);
  return {
    port: addresses[0]?.port ?? null,
    addresses: addresses.map(({ address, port, family }) =>
      family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`,
    ),
    close: () => closeAll(servers),
  };
}

function hostsOf(host: string): readonly string[] {
  switch (host) {
    case 'localhost':
      return ['127.0.0.1', '::1'];
    case '*':
      return ['0.0.0.0', '::'];
    default:
      return [host];
  }
}

async function openHosts(
  hosts: readonly string[],
  port: number,
  settings: ListenSettings,
): Promise<Server[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await openOnce(hosts, port, settings);
    } catch (error) {
      const isUnlucky = port === 0 && codeOf(error) === 'EADDRINUSE' && attempt < SAME_PORT_ATTEMPTS;
      if (!isUnlucky) throw error;
    }
  }
}

async function openOnce(hosts: readonly string[], port: number, settings: ListenSettings): Promise<Server[]> {
  const servers: Server[] = [];
  for (const host of hosts) {
    const first = servers[0]?.address() as AddressInfo | undefined;
    try {
      // ipv6Only: the IPv4 half has a socket of its own.
      servers.push(await open({ host, port: first?.port ?? port, ipv6Only: hosts.length > 1 }, settings));
    } catch (error) {
      if (first !== undefined && isNoIpv6(error)) continue;
      await closeAll(servers);
      throw error;
    }
  }
  return servers;
}

async function listenOnPath(path: string, settings: ListenSettings): Promise<Listening> {
  const withMark: ListenSettings = {
    ...settings,
    onSocket: (socket) => {
      markUnix(socket);
      settings.onSocket(socket);
    },
  };
  let server: Server;
  try {
    server = await open({ path }, withMark);
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE' || (await isAnswered(path))) throw error;
    // Left behind by a process that was killed.
    await unlink(path);
    server = await open({ path }, withMark);
  }
  return { port: null, addresses: [path], close: () => closeAll([server]) };
}

function open(where: ListenOptions, settings: ListenSettings): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({
      // Half-open sockets are ended by whoever serves them: `nc` closes its half before it has read the answer.
      allowHalfOpen: true,
      noDelay: true,
      highWaterMark: settings.highWaterBytes,
    });
    server.on('connection', (socket) => {
      socket.on('error', ignoreSocketError);
      settings.onSocket(socket);
    });
    server.once('error', reject);
    server.listen({ ...where, backlog: BACKLOG }, () => {
      server.off('error', reject);
      // Failing to accept (no file descriptor left) concerns one connection, not the server.
      server.on('error', ignoreSocketError);
      resolve(server);
    });
  });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  // `close` calls back after the last connection ended, which is not what is waited for here.
  for (const server of servers) server.close();
}

function isNoIpv6(error: unknown): boolean {
  return ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

/** What a broken socket leads to is its 'close' event, which everyone listens to. */
function ignoreSocketError(): void {}
