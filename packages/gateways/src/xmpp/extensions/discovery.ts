import { NS } from '../namespaces.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { type Xml, xml } from '../xml/write-xml.ts';
import type { Extension, IqCall } from './extension.ts';

export interface Identity {
  readonly category: string;
  readonly type: string;
  readonly name: string;
}

/** XEP-0030 §3: who somebody is and what they speak. */
export function infoOf(
  identities: readonly Identity[],
  features: readonly string[],
  ...more: readonly Xml[]
): Xml {
  return xml(
    'query',
    { xmlns: NS.discoInfo },
    ...identities.map(({ category, type, name }) => xml('identity', { category, type, name })),
    ...features.map((feature) => xml('feature', { var: feature })),
    ...more,
  );
}

/** XEP-0030 for the server and for accounts; rooms say it of themselves. */
export function discovery(others: readonly Extension[]): Extension {
  const featuresOf = (at: 'server' | 'account'): string[] => [
    NS.discoInfo,
    NS.discoItems,
    ...others.flatMap(({ features }) => features?.[at] ?? []),
  ];
  const server = infoOf([{ category: 'server', type: 'im', name: 'Skein' }], featuresOf('server'));
  const account = infoOf(
    [{ category: 'account', type: 'registered', name: '' }],
    // XEP-0359 §3: what comes to an account has an id.
    [...featuresOf('account'), NS.stanzaId],
  );
  const nothing = xml('query', { xmlns: NS.discoItems });
  return {
    iqs: [
      {
        at: ['server'],
        type: 'get',
        ns: NS.discoInfo,
        name: 'query',
        answer: (call) => ofNoNode(call, server),
      },
      {
        at: ['account', 'contact'],
        type: 'get',
        ns: NS.discoInfo,
        name: 'query',
        answer: (call) => ofNoNode(call, account),
      },
      { at: ['server'], type: 'get', ns: NS.discoItems, name: 'query', answer: items },
      { at: ['account', 'contact'], type: 'get', ns: NS.discoItems, name: 'query', answer: () => nothing },
    ],
  };
}

/** XEP-0030 §7: none of these has nodes. */
function ofNoNode({ payload }: IqCall, info: Xml): Xml {
  if ((payload.attrs['node'] ?? '') !== '') throw new StanzaError('item-not-found');
  return info;
}

function items({ session }: IqCall): Xml {
  const item = xml('item', { jid: session.host.groupsDomain, name: 'Groups' });
  return xml('query', { xmlns: NS.discoItems }, item);
}
