import type { Clock, Limits } from '@skein/model';
import { type Exchange, isProblem, JSON_TYPE } from '../exchange.ts';
import { invalid, type Problem, problemOfRefusal } from '../problem.ts';
import { queuedBytesOf } from '../queued-bytes.ts';
import type { Route } from '../router.ts';
import type { Tunnel, Tunnels } from './tunnels.ts';

export interface TunnelDeps {
  readonly tunnels: Tunnels;
  readonly clock: Clock;
  readonly limits: Limits;
}

type Take = (deps: TunnelDeps, exchange: Exchange, tunnel: Tunnel) => void | Promise<void>;

const BYTES_TYPE = 'application/octet-stream';
const MS_PER_S = 1_000;
const SECRET = /^bearer +([A-Za-z0-9_-]{43})$/i;
const OFFSET = /^\d{1,15}$/;
// 410: it is gone for good, unlike what a lost request was.
const GONE: Problem = { status: 410, code: null, detail: 'This tunnel is closed.' };

/** The native protocol for clients whose network lets nothing but requests through (rules HT18, HT19). */
export function tunnelRoutes(deps: TunnelDeps): readonly Route[] {
  const within = (take: Take) => (exchange: Exchange) => {
    const secret = SECRET.exec(exchange.request.headers.authorization ?? '')?.[1];
    const tunnel = secret === undefined ? undefined : deps.tunnels.find(secret);
    return tunnel === undefined ? exchange.problem(GONE) : take(deps, exchange, tunnel);
  };
  return [
    { method: 'POST', path: '/v1/tunnel', take: (exchange) => openTunnel(deps, exchange) },
    { method: 'DELETE', path: '/v1/tunnel', take: within(closeTunnel) },
    { method: 'POST', path: '/v1/tunnel/up', take: within(takeUp) },
    { method: 'GET', path: '/v1/tunnel/down', take: within(giveDown) },
    { method: 'GET', path: '/v1/tunnel/events', take: within(streamDown) },
  ];
}

function openTunnel({ tunnels }: TunnelDeps, exchange: Exchange): void {
  const tunnel = tunnels.open({ ...exchange.peer, gateway: 'tunnel' });
  if (tunnel === null) exchange.problem(problemOfRefusal({ code: 'server.overloaded' }));
  else exchange.answer(201, JSON_TYPE, JSON.stringify({ tunnel: tunnel.secret }));
}

function closeTunnel({ tunnels }: TunnelDeps, exchange: Exchange, tunnel: Tunnel): void {
  tunnels.forget(tunnel);
  exchange.empty(204);
}

/** [HT18] Bytes on their way up. What comes again, because its answer was lost, changes nothing. */
async function takeUp({ limits }: TunnelDeps, exchange: Exchange, { link, session }: Tunnel): Promise<void> {
  const at = offsetOf(exchange, 'at');
  if (at === null) return exchange.problem(invalid('at is an offset.'));
  const body = await exchange.body(limits.frameBytesMax);
  if (isProblem(body)) return exchange.problem(body);
  // [GW11] Whoever does not read may not ask: the answer waits until there is room.
  await link.ready();
  const fresh = link.take(at, body);
  if (fresh === null)
    return exchange.problem({ status: 409, code: null, detail: 'Bytes before these are missing.' });
  if (fresh.length > 0) session.receive(fresh);
  exchange.empty(204);
}

/** [HT18] Bytes on their way down, at once or when there are some; asking from an offset says that what is before it came. */
async function giveDown(
  { tunnels, clock, limits }: TunnelDeps,
  exchange: Exchange,
  tunnel: Tunnel,
): Promise<void> {
  const from = offsetOf(exchange, 'from');
  const wait = offsetOf(exchange, 'wait');
  const { link, session } = tunnel;
  if (from === null || wait === null)
    return exchange.problem(invalid('from is an offset, wait a number of seconds.'));
  if (!link.seen(from)) return exchange.problem(invalid('These bytes are not kept.'));
  tunnels.attach(tunnel);
  if (link.queuedBytes < limits.outboundBytesMax) session.drained();
  const waitMs = Math.min(wait * MS_PER_S, limits.httpPollWaitMaxMs);
  await new Promise<void>((resolve) => {
    const timer = clock.setTimer(waitMs, resolve);
    const done = (): void => {
      timer.cancel();
      resolve();
    };
    exchange.response.once('close', done);
    link.whenKept(done);
  });
  tunnels.detach(tunnel);
  const { kept } = link;
  if (kept.length > 0) exchange.answer(200, BYTES_TYPE, kept);
  else if (!link.isEnded) exchange.empty(204);
  else {
    tunnels.forget(tunnel);
    exchange.problem(GONE);
  }
}

/** [HT19] The same as an event stream. Its end is the end of the tunnel: what is in it cannot be asked for again. */
function streamDown({ tunnels, clock, limits }: TunnelDeps, exchange: Exchange, tunnel: Tunnel): void {
  const { response } = exchange;
  const { link, session } = tunnel;
  const from = offsetOf(exchange, 'from');
  if (from === null || !link.seen(from)) return exchange.problem(invalid('These bytes are not kept.'));
  exchange.head(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
  // At once: where a proxy holds answers back, the client sees nothing and goes another way.
  response.write(':\n\n');
  tunnels.attach(tunnel);
  const pulse = (): void => {
    timer = clock.setTimer(limits.httpEventHeartbeatMs, pulse);
    if (queuedBytesOf(response) === 0) response.write(':\n\n');
  };
  let timer = clock.setTimer(limits.httpEventHeartbeatMs, pulse);
  response.on('drain', () => session.drained());
  response.once('close', () => {
    timer.cancel();
    tunnels.forget(tunnel);
  });
  link.streamTo({
    get queuedBytes() {
      return queuedBytesOf(response);
    },
    write: (bytes) => response.write(`data: ${Buffer.from(bytes).toString('base64')}\n\n`),
    end: () => response.end(),
  });
}

function offsetOf(exchange: Exchange, name: string): number | null {
  const text = exchange.url.searchParams.get(name) ?? '0';
  return OFFSET.test(text) ? Number(text) : null;
}
