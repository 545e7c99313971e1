import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { LIMITS } from '@skein/model';
import type {
  Arriving,
  CommandResult,
  GatewayDriver,
  GatewayPeer,
  Place,
  Seen,
} from '@skein/testkit/contracts';
import { SignInRefused } from '@skein/testkit/contracts';
import { NS } from '../../src/xmpp/namespaces.ts';
import { childOf, childrenOf, type Element, elementsOf, textOf } from '../../src/xmpp/xml/element.ts';
import { StanzaParser } from '../../src/xmpp/xml/stanza-parser.ts';
import { type Xml, xml, xmlText } from '../../src/xmpp/xml/write-xml.ts';
import {
  addressOf,
  forwardedIn,
  REFERRING,
  resultOf,
  roomOf,
  seqIn,
  XMPP_DOMAIN,
  XMPP_GROUPS,
  xmlElement,
} from './xmpp-words.ts';

const HEADER = `<?xml version='1.0'?><stream:stream to='${XMPP_DOMAIN}' xmlns='jabber:client' xmlns:stream='${NS.streams}' version='1.0'>`;

/** A client of XMPP as they are: acknowledgements, carbons, rooms entered as soon as one is in them. */
export const XMPP: GatewayDriver = {
  name: 'XMPP',
  cannot: {
    'own-echo': 'a direct message is not told to the connection that sent it',
    'control-characters': 'XML 1.0 §2.2 has no form for them',
  },
  arrive: async (port, arriving) => {
    const peer = new XmppPeer(port, arriving);
    await peer.arrive();
    return peer;
  },
};

const STORES = new Map<string, Map<string, number>>();

class XmppPeer implements GatewayPeer {
  readonly seen: Seen[] = [];
  readonly typists: string[] = [];
  readonly reads: { readonly by: string; readonly place: Place; readonly seq: number }[] = [];
  readonly ended: Promise<void>;
  readonly #user: string;
  readonly #arriving: Arriving;
  readonly #socket: Socket;
  #parser = this.#newParser();
  readonly #answers = new Map<string, (answer: Element) => void>();
  readonly #sent: {
    readonly number: number;
    readonly id: string;
    readonly settle: (result: CommandResult) => void;
  }[] = [];
  readonly #next: ((element: Element) => void)[] = [];
  /** What a client keeps between its runs: which message is which. */
  readonly #seqs: Map<string, number>;
  readonly #entered = new Set<string>();
  readonly #reactions = new Map<string, string[]>();
  #page: Seen[] = [];
  #isManaged = false;
  #sentCount = 0;
  #heardCount = 0;

  constructor(port: number, arriving: Arriving) {
    this.#user = arriving.user;
    this.#arriving = arriving;
    const kept = `${arriving.user} ${arriving.device ?? randomBytes(8).toString('hex')}`;
    this.#seqs = STORES.get(kept) ?? new Map();
    STORES.set(kept, this.#seqs);
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (bytes) => this.#parser.write(bytes));
    this.ended = new Promise((resolve) => {
      this.#socket.on('close', () => {
        for (const next of this.#next.splice(0)) next(xmlElement('closed'));
        resolve();
      });
    });
  }

  async arrive(): Promise<void> {
    const { user, password, device } = this.#arriving;
    await this.#open();
    const plain = Buffer.from(`\0${user}\0${password}`).toString('base64');
    this.#write(xml('auth', { xmlns: NS.sasl, mechanism: 'PLAIN' }, xmlText(plain)));
    const answer = await this.#reads();
    if (answer.name !== 'success') throw new SignInRefused(elementsOf(answer)[0]?.name ?? answer.name);
    await this.#open();
    const resource = device ?? randomBytes(8).toString('hex');
    const bind = xml('bind', { xmlns: NS.bind }, xml('resource', {}, xmlText(resource)));
    const bound = await this.#ask('set', bind);
    if (bound.attrs['type'] !== 'result') throw new SignInRefused('not bound');
    this.#write(xml('enable', { xmlns: NS.streamManagement }));
    await this.#reads();
    this.#isManaged = true;
    await this.#ask('set', xml('enable', { xmlns: NS.carbons }));
    this.#stanza(xml('presence'));
    const items = await this.#ask('get', xml('query', { xmlns: NS.discoItems }), XMPP_GROUPS);
    for (const item of elementsOf(elementsOf(items)[0] ?? items)) this.#enter(item.attrs['jid'] ?? '');
  }

  send(place: Place, text: string, key?: string): Promise<CommandResult> {
    const markable = xml('markable', { xmlns: NS.markers });
    return this.#say(place, [xml('body', {}, xmlText(text)), markable], key);
  }

  edit(place: Place, target: number, text: string): Promise<CommandResult> {
    const replace = xml('replace', { xmlns: NS.correct, id: target });
    return this.#say(place, [xml('body', {}, xmlText(text)), replace]);
  }

  recall(place: Place, target: number): Promise<CommandResult> {
    return this.#say(place, [xml('retract', { xmlns: NS.retract, id: target })]);
  }

  react(place: Place, target: number, key: string): Promise<CommandResult> {
    return this.#say(place, [
      xml('reactions', { xmlns: NS.reactions, id: target }, xml('reaction', {}, xmlText(key))),
    ]);
  }

  read(place: Place, seq: number): void {
    void this.#say(place, [xml('displayed', { xmlns: NS.markers, id: seq })]);
  }

  typing(place: Place): void {
    void this.#say(place, [xml('composing', { xmlns: NS.chatStates })]);
  }

  /** Made under a name of its own, then known by its number. */
  async createGroup(title: string, users: readonly string[]): Promise<number> {
    const name = randomBytes(8).toString('hex');
    this.#enter(`${name}@${XMPP_GROUPS}`);
    const items = await this.#ask('get', xml('query', { xmlns: NS.discoItems }), XMPP_GROUPS);
    const item = elementsOf(elementsOf(items)[0] ?? items).find(({ attrs }) => attrs['name'] === name);
    const room = item?.attrs['jid'] ?? '';
    this.#stanza(xml('presence', { to: `${name}@${XMPP_GROUPS}/x`, type: 'unavailable' }));
    const group = Number(/^g(\d+)@/.exec(room)?.[1]);
    await this.rename(group, title);
    for (const user of users) await this.invite(group, user);
    this.#enter(room);
    await this.#ask('get', xml('query', { xmlns: NS.discoInfo }), room);
    return group;
  }

  invite(group: number, user: string): Promise<CommandResult> {
    return this.#administer(group, { affiliation: 'member', jid: `${user}@${XMPP_DOMAIN}` });
  }

  remove(group: number, user: string): Promise<CommandResult> {
    return this.#administer(group, { role: 'none', nick: user });
  }

  leaveGroup(group: number): Promise<CommandResult> {
    return this.#administer(group, { affiliation: 'none', jid: `${this.#user}@${XMPP_DOMAIN}` });
  }

  async rename(group: number, title: string): Promise<CommandResult> {
    const value = xml('value', {}, xmlText(title));
    const form = xml(
      'x',
      { xmlns: NS.dataForms, type: 'submit' },
      xml('field', { var: 'muc#roomconfig_roomname' }, value),
    );
    return resultOf(await this.#ask('set', xml('query', { xmlns: NS.mucOwner }, form), roomOf(group)));
  }

  async history(place: Place, limit: number): Promise<readonly Seen[]> {
    this.#page = [];
    const set = xml('set', { xmlns: NS.resultSets }, xml('max', {}, xmlText(String(limit))), xml('before'));
    await this.#ask('set', xml('query', { xmlns: NS.archive }, set), addressOf(place));
    return this.#page;
  }

  stall(): void {
    this.#socket.pause();
  }

  flow(): void {
    this.#socket.resume();
  }

  cut(): void {
    this.#socket.destroy();
  }

  async leave(): Promise<void> {
    this.#socket.resume();
    this.#socket.end('</stream:stream>');
    await this.ended;
  }

  // ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  #say(place: Place, payload: readonly Xml[], key?: string): Promise<CommandResult> {
    const id = key ?? randomBytes(8).toString('hex');
    const type = 'direct' in place ? 'chat' : 'groupchat';
    // One speaks where one is.
    if (type === 'groupchat' && !this.#entered.has(addressOf(place))) this.#enter(addressOf(place));
    return new Promise((settle) => {
      this.#stanza(xml('message', { to: addressOf(place), type, id }, ...payload));
      this.#sent.push({ number: this.#sentCount, id, settle });
      this.#write(xml('r', { xmlns: NS.streamManagement }));
    });
  }

  async #administer(group: number, item: Readonly<Record<string, string>>): Promise<CommandResult> {
    const query = xml('query', { xmlns: NS.mucAdmin }, xml('item', item));
    return resultOf(await this.#ask('set', query, roomOf(group)));
  }

  #enter(room: string): void {
    this.#entered.add(room);
    const past = xml('history', { maxstanzas: 100 });
    this.#stanza(xml('presence', { to: `${room}/${this.#user}` }, xml('x', { xmlns: NS.muc }, past)));
  }

  #ask(type: string, payload: Xml, to?: string): Promise<Element> {
    const id = randomBytes(8).toString('hex');
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#stanza(xml('iq', { type, id, to }, payload));
    });
  }

  #stanza(stanza: Xml): void {
    if (this.#isManaged) this.#sentCount++;
    this.#write(stanza);
  }

  #write(text: string): void {
    if (this.#socket.writable) this.#socket.write(text);
  }

  async #open(): Promise<void> {
    this.#parser = this.#newParser();
    this.#write(HEADER);
    await this.#reads();
  }

  #reads(): Promise<Element> {
    return new Promise((resolve) => this.#next.push(resolve));
  }

  // ── in ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  #newParser(): StanzaParser {
    const events = {
      opened: () => undefined,
      stanza: (stanza: Element) => this.#hear(stanza),
      closed: () => undefined,
    };
    return new StanzaParser(events, { ...LIMITS, frameBytesMax: 1_000_000 });
  }

  #hear(element: Element): void {
    if (element.ns === NS.streamManagement && element.name === 'r') {
      this.#write(xml('a', { xmlns: NS.streamManagement, h: this.#heardCount }));
    } else if (element.ns === NS.streamManagement && element.name === 'a') {
      this.#handled(Number(element.attrs['h']));
    } else if (element.ns === NS.client && this.#isManaged) {
      this.#heardCount++;
      this.#hearStanza(element);
    } else if (element.name === 'iq') {
      this.#answers.get(element.attrs['id'] ?? '')?.(element);
    } else {
      this.#next.shift()?.(element);
    }
  }

  #handled(h: number): void {
    while (this.#sent[0] !== undefined && this.#sent[0].number <= h) {
      this.#sent.shift()?.settle({ outcome: 'done', seq: null });
    }
  }

  #hearStanza(stanza: Element): void {
    const { id = '', type } = stanza.attrs;
    if (stanza.name === 'iq') this.#answers.get(id)?.(stanza);
    else if (stanza.name !== 'message') return;
    else if (type === 'error') {
      const at = this.#sent.findIndex((sent) => sent.id === id);
      if (at !== -1) this.#sent.splice(at, 1)[0]?.settle({ outcome: 'refused', code: null });
    } else this.#hearMessage(stanza);
  }

  #hearMessage(message: Element): void {
    const result = childOf(message, 'result', NS.archive);
    const invited = childOf(message, 'x', NS.conference)?.attrs['jid'];
    const sent = childOf(message, 'sent', NS.carbons);
    if (invited !== undefined) this.#enter(invited);
    else if (result !== undefined) this.#turnPage(forwardedIn(result));
    else void this.#show(sent === undefined ? message : forwardedIn(sent));
  }

  /** What one has sent oneself is known by its id; which seq that is says the archive. */
  async #show(message: Element): Promise<void> {
    const named = elementsOf(message).find(({ name, ns }) => REFERRING.has(`${ns} ${name}`))?.attrs['id'];
    const place = this.#placeOf(message);
    if (named !== undefined && Number.isNaN(this.#seqOf(named, place))) await this.history(place, 50);
    const seq = seqIn(message, addressOf(place));
    // A room tells its past to whoever enters; what was shown before is known by its number.
    if ('group' in place && seq !== null && this.#isKnown(`${addressOf(place)} #${seq}`)) return;
    this.seen.push(...this.#shown(message));
  }

  #isKnown(name: string): boolean {
    if (this.#seqs.has(name)) return true;
    this.#seqs.set(name, 0);
    return false;
  }

  /** Of a page of the past only what was said is looked at: changes were told when they came. */
  #turnPage(message: Element): void {
    if (!elementsOf(message).some(({ name, ns }) => REFERRING.has(`${ns} ${name}`)))
      this.#page.push(...this.#shown(message));
  }

  #placeOf({ attrs: { from = '', to = '', type } }: Element): Place {
    if (type === 'groupchat') return { group: Number(/^g(\d+)@/.exec(from)?.[1]) };
    const sender = from.split('@')[0] ?? '';
    return { direct: sender === this.#user ? (to.split('@')[0] ?? '') : sender };
  }

  /** What a message shows; markers and typing are noted beside. */
  #shown(message: Element): Seen[] {
    const { from: sender = '', type, id = '' } = message.attrs;
    const [bare = '', nick = ''] = sender.split('/');
    const from = type === 'groupchat' ? nick : (bare.split('@')[0] ?? '');
    const place = this.#placeOf(message);
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
    const targetOf = (element: Element): number => this.#seqOf(element.attrs['id'] ?? '', place);
    if (seq !== null) this.#seqs.set(`${addressOf(place)} ${id}`, seq);
    const body = textOf(of('body', NS.client));
    const [replace, retract] = [of('replace', NS.correct), of('retract', NS.retract)];
    const [reactions, displayed] = [of('reactions', NS.reactions), of('displayed', NS.markers)];
    if (replace !== undefined) return [show('edit', body, targetOf(replace))];
    if (retract !== undefined) return [show('recall', '', targetOf(retract))];
    if (reactions !== undefined) {
      const target = targetOf(reactions);
      return this.#added(`${addressOf(place)} ${target} ${from}`, reactions).map((key) =>
        show('reaction', key, target),
      );
    }
    if (displayed !== undefined) this.reads.push({ by: from, place, seq: targetOf(displayed) });
    if (of('composing', NS.chatStates) !== undefined) this.typists.push(from);
    const subject = of('subject', NS.client);
    if (subject !== undefined) return [show('settings', textOf(subject))];
    return body === '' ? [] : [show('message', body)];
  }

  #added(id: string, reactions: Element): string[] {
    const keys = childrenOf(reactions, 'reaction', NS.reactions).map(textOf);
    const before = this.#reactions.get(id) ?? [];
    this.#reactions.set(id, keys);
    return keys.filter((key) => !before.includes(key));
  }

  #seqOf(id: string, place: Place): number {
    return this.#seqs.get(`${addressOf(place)} ${id}`) ?? Number(id);
  }
}
