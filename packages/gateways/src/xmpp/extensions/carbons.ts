import { NS } from '../namespaces.ts';
import type { Extension } from './extension.ts';

/** XEP-0280: what the user's other connections send is seen on this one. Received messages come to all of them anyway. */
export const CARBONS: Extension = {
  features: { server: [NS.carbons] },
  iqs: [
    {
      at: ['account', 'server'],
      type: 'set',
      ns: NS.carbons,
      name: 'enable',
      answer: ({ session }) => {
        session.hasCarbons = true;
        return null;
      },
    },
    {
      at: ['account', 'server'],
      type: 'set',
      ns: NS.carbons,
      name: 'disable',
      answer: ({ session }) => {
        session.hasCarbons = false;
        return null;
      },
    },
  ],
};
