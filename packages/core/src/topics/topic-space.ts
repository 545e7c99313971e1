import type { Limits } from '@skein/model';
import type { Publication } from './publication.ts';
import type { PublishBatch } from './publish-batch.ts';
import { RetainedValues } from './retained-values.ts';
import type { Route, SharedGroup } from './subscription.ts';
import type { TopicAccess } from './topic-access.ts';
import { TopicRoutes } from './topic-routes.ts';
import type { TopicSession } from './topic-session.ts';

/** Topics that have nothing to do with those of another space, whatever they are called. */
export class TopicSpace {
  readonly name: string;
  readonly access: TopicAccess;
  readonly routes: TopicRoutes;
  readonly retained: RetainedValues;

  constructor(name: string, access: TopicAccess, limits: Limits) {
    this.name = name;
    this.access = access;
    this.routes = new TopicRoutes(access);
    this.retained = new RetainedValues({
      countMax: limits.topicRetainedMax,
      bytesMax: limits.topicRetainedBytesMax,
    });
  }

  /** [TP1, TP6] Hands a value to everyone who gets it; answers how many those are. */
  route(publication: Publication, publisher: TopicSession | null, batch: PublishBatch): number {
    const { own, shared } = this.routes.of(publication.topic);
    let count = 0;
    for (const route of own) {
      // [MQTT-3.8.3-3] No local.
      const taken = route.session === publisher ? route.own : route;
      if (taken === null) continue;
      taken.session.deliver(publication, taken, batch);
      count++;
    }
    for (const { group, members } of shared) {
      const member = nextOf(group, members);
      if (member === null) continue;
      member.session.deliver(publication, member, batch);
      count++;
    }
    return count;
  }
}

/** [TP11] The members take turns; those who are away have theirs only when nobody is there. */
function nextOf(group: SharedGroup, members: readonly Route[]): Route | null {
  let away: Route | null = null;
  for (let tried = 0; tried < members.length; tried++) {
    const member = members[group.turn % members.length] as Route;
    group.turn++;
    if (member.session.link !== null) return member;
    away ??= member;
  }
  return away;
}
