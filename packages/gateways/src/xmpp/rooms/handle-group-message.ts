import { MemberAction } from '@skein/protocol';
import { parseJid } from '../jid.ts';
import { keyOf, type SettleWith } from '../messages/handle-message.ts';
import { seqOf } from '../messages/prepare-entry.ts';
import { readMessage } from '../messages/read-message.ts';
import { sendSaid } from '../messages/send-said.ts';
import { NS } from '../namespaces.ts';
import type { Place } from '../session/conversation-book.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childrenOf, type Element } from '../xml/element.ts';
import { refused } from './join-room.ts';
import type { Rooms } from './rooms.ts';

interface GroupMessage {
  readonly message: Element;
  /** XEP-0045 §7.8.2: what a mediated invitation stands in. */
  readonly invite: Element | undefined;
  readonly settleWith: SettleWith;
}

/** [XM52] §7.4, §7.8, §8.1: what is said to a room. */
export function handleGroupMessage(
  rooms: Rooms,
  place: Place,
  { message, invite, settleWith }: GroupMessage,
): Promise<void> | undefined {
  const { session } = rooms;
  const invited = invite === undefined ? [] : childrenOf(invite, 'invite', NS.mucUser);
  if (invited.length > 0) return inviteTo(rooms, place, invited);
  if (message.attrs['type'] !== 'groupchat') throw new StanzaError('bad-request');
  if (!rooms.isIn(place.number)) throw new StanzaError('not-acceptable');
  const said = readMessage(message);
  switch (said.says) {
    case 'text':
    case 'edit':
    case 'recall':
    case 'reactions': {
      const done = sendSaid(session, place, said, { key: keyOf(session, message) });
      settleWith(done.catch((error: unknown) => session.refuse(message, error)));
      return said.says === 'text' && said.replyTo === null ? undefined : done.then(nothing, nothing);
    }
    case 'subject':
      return changeTitle(rooms, place, said.title);
    case 'displayed':
      return seqOf(session, place.number, said.id).then((seq) => {
        if (seq !== null) session.client.tell({ case: 'read', value: { conversation: place.number, seq } });
      });
    case 'typing':
      session.client.tell({ case: 'typing', value: { conversation: place.number, stopped: said.isStopped } });
      return undefined;
    default:
      return undefined;
  }
}

async function changeTitle({ session }: Rooms, { number }: Place, title: string): Promise<void> {
  const value = { conversation: number, title };
  const answer = await session.client.ask({ case: 'changeSettings', value });
  if ('outcome' in answer) throw refused(answer);
}

async function inviteTo({ session }: Rooms, { number }: Place, invites: readonly Element[]): Promise<void> {
  const users = invites.map(({ attrs }) => {
    const jid = parseJid(attrs['to'] ?? '');
    const user =
      jid?.domain === session.host.domain ? session.host.deps.core.users.byId(jid.local) : undefined;
    if (user === undefined) throw new StanzaError('item-not-found');
    return user.id;
  });
  const value = { conversation: number, action: MemberAction.invited, users };
  const answer = await session.client.ask({ case: 'changeMembers', value });
  if ('outcome' in answer) throw refused(answer);
}

function nothing(): void {}
