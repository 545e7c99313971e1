import { ROOMS } from '../rooms/room-requests.ts';
import { ABOUT_SERVER } from './about-server.ts';
import { ARCHIVE } from './archive.ts';
import { BLOCKING } from './blocking.ts';
import { CAPABILITIES, capsOf } from './capabilities.ts';
import { CARBONS } from './carbons.ts';
import { discovery, serverVersionOf } from './discovery.ts';
import type { Extension } from './extension.ts';
import { LEGACY_SESSION } from './legacy-session.ts';
import { PEP } from './pep.ts';
import { PING } from './ping.ts';
import { ROSTER } from './roster.ts';
import { VCARD } from './vcard.ts';

const SPOKEN: readonly Extension[] = [
  PING,
  LEGACY_SESSION,
  ROSTER,
  BLOCKING,
  CARBONS,
  ABOUT_SERVER,
  ARCHIVE,
  ROOMS,
  VCARD,
  PEP,
  CAPABILITIES,
];

/** Every extension that answers requests; a line each. */
export const EXTENSIONS: readonly Extension[] = [...SPOKEN, discovery(SPOKEN)];

/** What the server can, as its stream features say it: XEP-0115 §6.3. */
export const SERVER_CAPABILITIES = capsOf(serverVersionOf(SPOKEN));
