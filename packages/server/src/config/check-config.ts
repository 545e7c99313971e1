import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { isNetwork } from '@skein/gateways';
import { EXTERNAL_KEY_BYTES_MIN } from '../platform/identity-token.ts';
import type { Config } from './config.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { TLS_PORT_KEYS } from './usual-port-settings.ts';

/** Refuses settings that are right alone and wrong together. */
export function checkConfig(config: Config, environment: Readonly<Record<string, string | undefined>>): void {
  const problems = [
    ...checkListening(config),
    ...checkCertificate(config),
    ...checkUsualPorts(config),
    ...checkProxies(config),
    ...checkExternalKey(config),
    ...checkDevelopment(config),
    ...checkEcho(config, environment['NODE_ENV'] === 'production'),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Whether only this machine can reach every address. */
export function isLoopbackOnly(hosts: readonly string[]): boolean {
  return hosts.every(
    (host) => host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.')),
  );
}

/**
 * [CF7, ID4] "auto", decided: strangers may register only where there are none, and nobody where another system says who is
 * who, since the one who takes an id first would share it with its owner.
 */
export function effectiveRegistration(config: Config): 'open' | 'invitation' | 'closed' {
  const { 'accounts.registration': wanted, 'listen.host': hosts } = config;
  if (wanted !== 'auto') return wanted;
  if (config['accounts.external_key'] !== null) return 'closed';
  return isLoopbackOnly(hosts) ? 'open' : 'invitation';
}

function checkListening(config: Config): ConfigProblem[] {
  if (config['listen.host'].length > 0 || config['listen.unix'] !== null) return [];
  return [{ where: 'listen.host', message: 'names no address, and listen.unix is not set either' }];
}

function checkCertificate({ 'listen.tls.cert': cert, 'listen.tls.key': key }: Config): ConfigProblem[] {
  const where = 'listen.tls';
  if (cert === null && key === null) return [];
  if (cert === null || key === null) {
    return [{ where, message: 'cert and key go together; only one of them is set' }];
  }
  try {
    createSecureContext({ cert, key });
    return [];
  } catch (error) {
    return [{ where, message: `cert and key cannot be used: ${(error as Error).message}` }];
  }
}

/** [CF9] */
function checkUsualPorts(config: Config): ConfigProblem[] {
  if (config['listen.tls.cert'] !== null) return [];
  return TLS_PORT_KEYS.filter((key) => config[key] !== null).map((where) => ({
    where,
    message: 'needs a certificate: listen.tls.cert_file and listen.tls.key_file',
  }));
}

function checkProxies(config: Config): ConfigProblem[] {
  return config['listen.proxies']
    .filter((text) => !isNetwork(text))
    .map((text) => ({ where: 'listen.proxies', message: `"${text}" is no address, network or "unix"` }));
}

/** [ID4] */
function checkExternalKey({ 'accounts.external_key': key }: Config): ConfigProblem[] {
  if (key === null || Buffer.byteLength(key) >= EXTERNAL_KEY_BYTES_MIN) return [];
  const message = `needs at least ${EXTERNAL_KEY_BYTES_MIN} bytes, such as "openssl rand -base64 32" gives`;
  return [{ where: 'accounts.external_key', message }];
}

/** [CF5] Development sign-in lets anyone be anyone, so nobody else may be able to reach it by accident. */
function checkDevelopment(config: Config): ConfigProblem[] {
  const isSafe = !config.development || config.development_exposed || isLoopbackOnly(config['listen.host']);
  if (isSafe) return [];
  const message =
    `lets anyone sign in as anyone, and ${config['listen.host'].join(', ')} is reachable from other machines; ` +
    'listen on 127.0.0.1 or, if that is really wanted, set development_exposed = true';
  return [{ where: 'development', message }];
}

/** [CF6] */
function checkEcho(config: Config, isProduction: boolean): ConfigProblem[] {
  if (!config['testing.echo']) return [];
  if (isProduction) return [{ where: 'testing.echo', message: 'is refused while NODE_ENV=production' }];
  if (!config.development) return [{ where: 'testing.echo', message: 'needs development = true' }];
  return [];
}
