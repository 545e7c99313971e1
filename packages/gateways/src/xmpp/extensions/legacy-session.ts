import { NS } from '../namespaces.ts';
import type { Extension } from './extension.ts';

/** RFC 3921 §3 had it; RFC 6121 §1.4 leaves an answer for clients that still ask. */
export const LEGACY_SESSION: Extension = {
  iqs: [{ at: ['account', 'server'], type: 'set', ns: NS.session, name: 'session', answer: () => null }],
};
