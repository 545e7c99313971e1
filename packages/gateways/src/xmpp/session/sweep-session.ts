import { NS } from '../namespaces.ts';
import { xml } from '../xml/write-xml.ts';
import type { XmppSession } from './xmpp-session.ts';

/** A token is renewed this long before it ends: a few sweeps. */
const RENEW_BEFORE_MS = 60_000;

/**
 * [XM9] A peer that was silent for a heartbeat is asked whether it is there, and one that does not answer is cut off; a
 * session without a connection ends when nobody took it up again. To the core the session is alive as long as it is here.
 */
export function sweepSession(session: XmppSession, nowMs: number): void {
  const { heartbeatIntervalMs, heartbeatGraceFactor, xmppResumeMs } = session.host.deps.core.limits;
  const { detachedAtMs } = session;
  if (detachedAtMs !== null) {
    if (nowMs - detachedAtMs >= xmppResumeMs) session.over();
    else if (nowMs - detachedAtMs >= heartbeatIntervalMs * heartbeatGraceFactor) session.presence.away();
  } else {
    const silentMs = nowMs - session.heardAtMs;
    if (silentMs >= heartbeatIntervalMs * heartbeatGraceFactor) session.cut();
    else if (silentMs >= heartbeatIntervalMs) ask(session);
  }
  session.client.heartbeat();
  renewToken(session);
}

/** XEP-0198 has a question of its own; XEP-0199 is for everybody else. */
function ask(session: XmppSession): void {
  if (session.hasManagement) session.writeRaw(xml('r', { xmlns: NS.streamManagement }));
  else {
    const { jid, host } = session;
    const ping = xml('ping', { xmlns: NS.ping });
    session.write(xml('iq', { type: 'get', id: host.newId(), from: host.domain, to: jid }, ping));
  }
}

/** The sign-in lasts as long as the session: its token is exchanged before it expires (SS6). */
function renewToken(session: XmppSession): void {
  const { tokens, host } = session;
  if (tokens === undefined || host.clock.nowMs() < tokens.accessExpiresMs - RENEW_BEFORE_MS) return;
  session.tokens = undefined;
  const ask = { case: 'refreshSession', value: { refreshToken: tokens.refreshToken } } as const;
  session.client
    .ask(ask)
    .then((answer) => {
      session.tokens = 'case' in answer && answer.case === 'tokens' ? answer.value : tokens;
    })
    .catch(host.deps.report);
}
