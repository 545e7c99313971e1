import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Config } from './config.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';

/** Refuses settings that are right alone and wrong together. */
export function checkConfig(config: Config, environment: Readonly<Record<string, string | undefined>>): void {
  const problems = [
    ...checkListening(config),
    ...checkCertificate(config),
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

/** [CF7] "auto", decided: strangers may register only where there are none. */
export function effectiveRegistration(config: Config): 'open' | 'invitation' | 'closed' {
  const { 'accounts.registration': wanted, 'listen.host': hosts } = config;
  if (wanted !== 'auto') return wanted;
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
