import { forEachOf } from './line.ts';
import { Pump, type RunReport } from './pump.ts';
import { XmppPeer } from './xmpp-peer.ts';

export interface XmppWork {
  readonly port: number;
  readonly pairs: number;
  readonly textBytes: number;
}

// A sign-in costs the server a password hash.
const OPENING_AT_ONCE = 4;

let pump = new Pump();

/** Name and password of one of the people that the scenario has made accounts for. */
export function xmppPerson(index: number): { readonly user: string; readonly password: string } {
  return { user: `person-${index}`, password: `password of ${index}` };
}

/** Pairs of which one writes to the other; a message is done when the server has handled it and the other has it. */
export async function openXmppPairs({ port, pairs, textBytes }: XmppWork): Promise<void> {
  pump = new Pump();
  const body = 'a'.repeat(textBytes);
  const lines = await forEachOf(pairs, OPENING_AT_ONCE, async (index) => {
    let handledBefore: number | null = null;
    await XmppPeer.connect({
      port,
      ...xmppPerson(index * 2 + 1),
      onMessages: (count) => pump.delivered(index, count),
    });
    const sender = await XmppPeer.connect({
      port,
      ...xmppPerson(index * 2),
      onHandled: (handled) => {
        // The first answer counts what came before the messages.
        const fresh = handled - (handledBefore ?? handled);
        handledBefore = handled;
        if (fresh > 0) pump.acked(index, fresh);
      },
    });
    sender.write("<r xmlns='urn:xmpp:sm:3'/>");
    const to = `${xmppPerson(index * 2 + 1).user}@localhost`;
    let sent = 0;
    return {
      send: (count: number) => {
        let stanzas = '';
        for (let each = 0; each < count; each++) {
          const id = `${index}-${++sent}`;
          stanzas += `<message to='${to}' type='chat' id='${id}'><body>${body}</body><origin-id xmlns='urn:xmpp:sid:0' id='${id}'/></message>`;
        }
        sender.write(`${stanzas}<r xmlns='urn:xmpp:sm:3'/>`);
      },
    };
  });
  // Until every sender has heard how many stanzas came before the messages.
  await new Promise((resolve) => {
    setTimeout(resolve, 1_000);
  });
  pump.attach({ lines, isAcked: true, close: () => undefined });
}

export function runXmppPairs(options: { ms: number; inFlight: number }): Promise<RunReport> {
  return pump.runClosed(options);
}
