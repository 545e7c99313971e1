import type { Core } from '@skein/core';
import {
  type Endpoint,
  type GatewayOptions,
  type Gateways,
  openGateways,
  type UsualPortName,
} from '@skein/gateways';
import type { Config } from '../config/config.ts';
import { systemClock } from '../platform/system-clock.ts';
import type { Logger } from '../telemetry/logger.ts';
import { ListenError } from './listen-error.ts';
import { webFolder } from './web-folder.ts';

interface PortParts {
  readonly core: Core;
  readonly health: GatewayOptions['health'];
  readonly logger: Logger;
}

/**
 * Opens every gateway on the configured addresses.
 *
 * Errors: throws ListenError.
 */
export async function openPort(config: Config, { core, health, logger }: PortParts): Promise<Gateways> {
  try {
    return await openGateways({
      core,
      health,
      clock: systemClock,
      endpoints: endpointsOf(config),
      certificate: certificateOf(config),
      trustedProxies: config['listen.proxies'],
      webFolder: webFolder(config),
      areMetricsPublic: config['metrics.public'],
      allowedOrigins: config['web.origins'],
      xmppDomain: config['xmpp.domain'].toLowerCase(),
      isEchoServed: config['testing.echo'],
      report: (error) => logger.error({ err: error }, 'a bug ended a connection'),
    });
  } catch (error) {
    throw isSystemError(error) ? new ListenError(describeEndpoints(config), error) : error;
  }
}

/** The configured certificate; null where TLS is not served. */
export function certificateOf(config: Config): GatewayOptions['certificate'] {
  const { 'listen.tls.cert': cert, 'listen.tls.key': key } = config;
  return cert === null || key === null ? null : { cert, key };
}

/** Where a browser on this machine goes; the socket's path where there is no port. */
export function listenUrl(config: Config, { port, addresses }: Pick<Gateways, 'port' | 'addresses'>): string {
  if (port === null) return `unix:${addresses[0] ?? ''}`;
  const scheme = config['listen.tls.cert'] === null ? 'http' : 'https';
  const [first = ''] = addresses;
  // An address that means "all" is none that one can go to.
  const isAnywhere = first.startsWith('0.0.0.0:') || first.startsWith('[::]:');
  return `${scheme}://${isAnywhere ? `127.0.0.1:${port}` : first}`;
}

const USUAL_PORT_NAMES: readonly UsualPortName[] = ['mqtt', 'mqtts', 'xmpp', 'xmpps', 'http', 'https'];

function endpointsOf(config: Config): Endpoint[] {
  const { 'listen.port': port, 'listen.unix': path } = config;
  const hosts = config['listen.host'];
  const usual = USUAL_PORT_NAMES.flatMap((only) => {
    const usualPort = config[`listen.${only}`];
    return usualPort === null ? [] : hosts.map((host) => ({ host, port: usualPort, only }));
  });
  const endpoints: Endpoint[] = [...hosts.map((host) => ({ host, port })), ...usual];
  return path === null ? endpoints : [...endpoints, { path }];
}

function describeEndpoints(config: Config): string {
  return endpointsOf(config)
    .map((endpoint) => ('path' in endpoint ? endpoint.path : `${endpoint.host} port ${endpoint.port}`))
    .join(', ');
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
