import type { Peer } from '@skein/core';
import type { Poll } from '@skein/protocol';
import type { Doors, Gateway, GatewayParts } from '../port/doors.ts';
import type { ByteLink } from '../session/byte-link.ts';
import type { Session, SessionDeps } from '../session/session.ts';
import { descriptionRoutes } from './openapi/description-routes.ts';
import { answerPoll } from './poll/poll.ts';
import { pollOfQuery } from './poll/poll-query.ts';
import { WatchSeat } from './poll/watch-seat.ts';
import { type Route, Router } from './router.ts';
import { AS_JSON, procedureRoutes } from './rpc/procedures.ts';
import { Seat } from './seat/seat.ts';
import { Seats } from './seat/seats.ts';
import { EventStreams } from './sse/event-stream.ts';
import { Tickets } from './sse/tickets.ts';
import { tunnelRoutes } from './tunnel/tunnel-routes.ts';
import { Tunnels } from './tunnel/tunnels.ts';

/** Opens a session of the native protocol, which a tunnel carries; given by who knows both. */
export type NewSession = (deps: SessionDeps, peer: Peer, link: ByteLink) => Session;

/** HTTP as a way into the same conversations: procedures, polls and events (SPEC.md there, rules HT1–HT23). */
export function httpGateway(openSession: NewSession): Gateway {
  return (parts) => openDoors(parts, openSession);
}

function openDoors({ deps, clock, allowedOrigins }: GatewayParts, openSession: NewSession): Doors {
  const { core, report } = deps;
  const { limits } = core;
  const seats = new Seats({
    core,
    clock,
    idleMs: limits.httpSeatIdleMs,
    newSeat: (peer) => new Seat(core, peer),
  });
  const watches = new Seats({
    core,
    clock,
    idleMs: limits.httpPollIdleMs,
    newSeat: (peer) => new WatchSeat(core, peer),
  });
  const tickets = new Tickets(clock, limits);
  const streams = new EventStreams({ core, clock, tickets });
  const tunnels = new Tunnels((peer, link) => openSession(deps, peer, link), clock, limits);
  const polls = { seats: watches, clock, limits };
  const routes: readonly Route[] = [
    ...procedureRoutes({ seats, tickets }, limits.frameBytesMax, {
      'Conversations/Changes': (exchange, { message, codec }) =>
        answerPoll(polls, exchange, { ask: message as Poll, codec }),
    }),
    ...descriptionRoutes(),
    ...tunnelRoutes({ tunnels, clock, limits }),
    { method: 'GET', path: '/v1/events', take: (exchange) => streams.answer(exchange) },
    {
      method: 'GET',
      path: '/v1/poll',
      take: async (exchange) => {
        const { value: ask, problem } = pollOfQuery(exchange.url.searchParams);
        if (problem === undefined) await answerPoll(polls, exchange, { ask, codec: AS_JSON });
        else exchange.problem(problem);
      },
    },
  ];
  const router = new Router({ allowedOrigins, report }, routes);
  return {
    requests: router.prefixes.map((prefix) => ({
      prefix,
      take: (request, response) => router.take(request, response),
    })),
    close: () => {
      streams.close();
      for (const pool of [seats, watches, tickets, tunnels]) pool.close();
    },
  };
}
