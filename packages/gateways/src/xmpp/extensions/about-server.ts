import { NS } from '../namespaces.ts';
import { xml, xmlText } from '../xml/write-xml.ts';
import type { Extension } from './extension.ts';

/** XEP-0092 and XEP-0202: what this is, and what time it is here. No version: it would tell what to try. */
export const ABOUT_SERVER: Extension = {
  features: { server: [NS.version, NS.time] },
  iqs: [
    {
      at: ['account', 'server'],
      type: 'get',
      ns: NS.version,
      name: 'query',
      answer: () => xml('query', { xmlns: NS.version }, xml('name', {}, xmlText('Skein'))),
    },
    {
      at: ['account', 'server'],
      type: 'get',
      ns: NS.time,
      name: 'time',
      answer: ({ session }) => {
        const utc = xml('utc', {}, xmlText(new Date(session.host.clock.nowMs()).toISOString()));
        return xml('time', { xmlns: NS.time }, xml('tzo', {}, xmlText('+00:00')), utc);
      },
    },
  ],
};
