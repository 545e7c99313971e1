import type { Scenario } from '../scenario.ts';
import { ARCHIVE_SCENARIOS } from './archive-scenarios.ts';
import { AVATAR_SCENARIOS } from './avatar-scenarios.ts';
import { DELIVERY_SCENARIOS } from './delivery-scenarios.ts';
import { DISCOVERY_SCENARIOS } from './discovery-scenarios.ts';
import { MANAGEMENT_SCENARIOS } from './management-scenarios.ts';
import { MESSAGE_SCENARIOS } from './message-scenarios.ts';
import { OCCUPANT_SCENARIOS } from './occupant-scenarios.ts';
import { PEOPLE_SCENARIOS } from './people-scenarios.ts';
import { PERSONAL_SCENARIOS } from './personal-scenarios.ts';
import { ROOM_OWNER_SCENARIOS } from './room-owner-scenarios.ts';
import { ROOM_SCENARIOS } from './room-scenarios.ts';
import { SIGN_IN_SCENARIOS } from './sign-in-scenarios.ts';
import { STANZA_SCENARIOS } from './stanza-scenarios.ts';
import { STREAM_SCENARIOS } from './stream-scenarios.ts';
import type { XmppTarget } from './xmpp-peer.ts';

/** RFC 6120, RFC 6121 and the extensions, as far as they can be seen from outside of a server. */
export const XMPP_SCENARIOS: readonly Scenario<XmppTarget>[] = [
  ...STREAM_SCENARIOS,
  ...SIGN_IN_SCENARIOS,
  ...STANZA_SCENARIOS,
  ...MANAGEMENT_SCENARIOS,
  ...DELIVERY_SCENARIOS,
  ...MESSAGE_SCENARIOS,
  ...ARCHIVE_SCENARIOS,
  ...DISCOVERY_SCENARIOS,
  ...PEOPLE_SCENARIOS,
  ...AVATAR_SCENARIOS,
  ...PERSONAL_SCENARIOS,
  ...ROOM_SCENARIOS,
  ...OCCUPANT_SCENARIOS,
  ...ROOM_OWNER_SCENARIOS,
];
