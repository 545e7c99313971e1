import type { Place, Seen } from '@skein/testkit/contracts';
import { NS } from '../../src/xmpp/namespaces.ts';
import { childOf, childrenOf, type Element, textOf } from '../../src/xmpp/xml/element.ts';
import { addressOf, seqIn } from './xmpp-words.ts';

/** What a client keeps between its runs. */
interface Kept {
  /** Which message is which. */
  readonly seqs: Map<string, number>;
  /** Of each room what was shown, by the ids of its archive. */
  readonly shown: Map<string, Set<number>>;
  /** Message and person → what that person reacted, all of it. */
  readonly reactions: Map<string, string[]>;
}

const STORES = new Map<string, Kept>();

/** What messages show to somebody on one device, by what the device knows already. */
export class XmppReader {
  readonly typists: string[] = [];
  readonly reads: { readonly by: string; readonly place: Place; readonly seq: number }[] = [];
  /** The device was never here. */
  readonly isNew: boolean;
  readonly #user: string;
  readonly #kept: Kept;

  constructor(user: string, device: string) {
    const name = `${user} ${device}`;
    const kept = STORES.get(name);
    this.#user = user;
    this.isNew = kept === undefined;
    this.#kept = kept ?? { seqs: new Map(), shown: new Map(), reactions: new Map() };
    STORES.set(name, this.#kept);
  }

  /** What was shown of a room, in order; whoever shows adds to it. */
  shownIn(room: string): Set<number> {
    const shown = this.#kept.shown.get(room) ?? new Set();
    this.#kept.shown.set(room, shown);
    return shown;
  }

  placeOf({ attrs: { from = '', to = '', type } }: Element): Place {
    if (type === 'groupchat') return { group: Number(/^g(\d+)@/.exec(from)?.[1]) };
    const sender = from.split('@')[0] ?? '';
    return { direct: sender === this.#user ? (to.split('@')[0] ?? '') : sender };
  }

  /** What a message shows; markers and typing are noted beside. */
  read(message: Element): Seen[] {
    const { from: sender = '', type, id = '' } = message.attrs;
    const [bare = '', nick = ''] = sender.split('/');
    const from = type === 'groupchat' ? nick : (bare.split('@')[0] ?? '');
    const place = this.placeOf(message);
    const seq = seqIn(message, addressOf(place));
    const of = (name: string, ns: string): Element | undefined => childOf(message, name, ns);
    const show = (kind: Seen['kind'], text: string, target = 0): Seen => ({
      place,
      kind,
      from,
      text,
      seq,
      target,
    });
    const targetOf = (element: Element): number => this.seqOf(element.attrs['id'] ?? '', place);
    if (seq !== null) this.#kept.seqs.set(`${addressOf(place)} ${id}`, seq);
    const body = textOf(of('body', NS.client));
    const [replace, retract] = [of('replace', NS.correct), of('retract', NS.retract)];
    const [reactions, displayed] = [of('reactions', NS.reactions), of('displayed', NS.markers)];
    if (replace !== undefined) return [show('edit', body, targetOf(replace))];
    if (retract !== undefined) return [show('recall', '', targetOf(retract))];
    if (reactions !== undefined) {
      const target = targetOf(reactions);
      const added = this.#added(`${addressOf(place)} ${target} ${from}`, reactions);
      // XEP-0444 tells what they add up to: of several new ones, not which of them this one is.
      const isOne = added.length === 1;
      return added.map((key) => ({ ...show('reaction', key, target), seq: isOne ? seq : null }));
    }
    if (displayed !== undefined) this.reads.push({ by: from, place, seq: targetOf(displayed) });
    if (of('composing', NS.chatStates) !== undefined) this.typists.push(from);
    const subject = of('subject', NS.client);
    if (subject !== undefined) return [show('settings', textOf(subject))];
    const isSaid = body !== '' || of('retracted', NS.retract) !== undefined;
    return isSaid ? [show('message', body)] : [];
  }

  #added(id: string, reactions: Element): string[] {
    const keys = childrenOf(reactions, 'reaction', NS.reactions).map(textOf);
    const before = this.#kept.reactions.get(id) ?? [];
    this.#kept.reactions.set(id, keys);
    return keys.filter((key) => !before.includes(key));
  }

  seqOf(id: string, place: Place): number {
    return this.#kept.seqs.get(`${addressOf(place)} ${id}`) ?? Number(id);
  }
}
