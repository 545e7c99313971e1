import { NS } from '../namespaces.ts';
import type { Extension } from './extension.ts';

/** XEP-0199. */
export const PING: Extension = {
  features: { server: [NS.ping], account: [NS.ping] },
  iqs: [
    {
      at: ['account', 'server', 'room', 'rooms'],
      type: 'get',
      ns: NS.ping,
      name: 'ping',
      answer: () => null,
    },
  ],
};
