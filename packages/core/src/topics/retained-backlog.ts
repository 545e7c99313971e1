import type { Publication, Qos } from './publication.ts';
import type { Route } from './subscription.ts';
import { toHow } from './topic-link.ts';
import type { TopicSession } from './topic-session.ts';

interface Part {
  readonly publications: readonly Publication[];
  at: number;
  readonly route: Pick<Route, 'qos' | 'ids'>;
}

/**
 * Retained values that a new subscription is to be sent, as far as the connection has room for them: a subscriber to ten
 * thousand topics costs a list, not a full queue (TP12).
 */
export class RetainedBacklog {
  readonly #session: TopicSession;
  #parts: Part[] = [];

  constructor(session: TopicSession) {
    this.#session = session;
  }

  get count(): number {
    return this.#parts.reduce((count, { publications, at }) => count + publications.length - at, 0);
  }

  add(publications: readonly Publication[], route: Pick<Route, 'qos' | 'ids'>): void {
    if (publications.length > 0) this.#parts.push({ publications, at: 0, route });
  }

  /** The connection is gone: a new one subscribes again, or does not want them. */
  clear(): void {
    this.#parts = [];
  }

  pump(): void {
    while (this.#parts.length > 0) {
      const part = this.#parts[0] as Part;
      while (part.at < part.publications.length) {
        if (!this.#send(part.publications[part.at] as Publication, part.route)) return;
        part.at++;
      }
      this.#parts.shift();
    }
  }

  /** False when there is no room. */
  #send(publication: Publication, { qos: granted, ids }: Pick<Route, 'qos' | 'ids'>): boolean {
    const { link, window } = this.#session;
    if (link?.hasRoom() !== true) return false;
    const qos: Qos = publication.qos < granted ? publication.qos : granted;
    // [MQTT-3.3.1-8] Sent because of a new subscription: with RETAIN.
    if (qos === 0) {
      link.publish(publication, toHow(0, true, false), 0, ids);
      return true;
    }
    if (!window.isOpen) return false;
    this.#session.offerNow(publication, { qos, isRetained: true, ids });
    return true;
  }
}
