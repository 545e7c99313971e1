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
import { childOf, type Element, elementsOf, textOf } from '../../src/xmpp/xml/element.ts';
import { StanzaParser } from '../../src/xmpp/xml/stanza-parser.ts';
import { type Xml, xml, xmlText } from '../../src/xmpp/xml/write-xml.ts';
import { XmppReader } from './xmpp-reader.ts';
import {
  addressOf,
  forwardedIn,
  isForLater,
  namedIn,
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
    // Questions that were asked of a line that broke have no answer.
    const broken = peer.ended.then(() => Promise.reject(new Error('ended before it had arrived')));
    await Promise.race([peer.arrive(), broken]);
    return peer;
  },
};

const PAGE_MAX = 100;
const LATER_MS = 250;

class XmppPeer implements GatewayPeer {
  readonly seen: Seen[];
  readonly typists: readonly string[];
  readonly reads: XmppReader['reads'];
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
  readonly #reader: XmppReader;
  readonly #entered = new Set<string>();
  readonly #pages = new Map<string, Element[]>();
  /** Everything is shown behind what came before it, also where that is still being looked up. */
  #turn: Promise<void> = Promise.resolve();
  #isManaged = false;
  #sentCount = 0;
  #heardCount = 0;

  constructor(port: number, arriving: Arriving) {
    this.seen = arriving.screen ?? [];
    this.#user = arriving.user;
    this.#arriving = arriving;
    this.#reader = new XmppReader(arriving.user, arriving.device ?? randomBytes(8).toString('hex'));
    this.typists = this.#reader.typists;
    this.reads = this.#reader.reads;
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
    for (const item of elementsOf(elementsOf(items)[0] ?? items)) {
      await this.#enterByNumber(item.attrs['jid'] ?? '');
    }
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
    const named = `${name}@${XMPP_GROUPS}`;
    this.#stanza(xml('presence', { to: `${named}/${this.#user}` }, xml('x', { xmlns: NS.muc })));
    const group = await this.#numberOf(named);
    const room = roomOf(group);
    // Closed, as a group is in the other protocols where nothing else is said.
    await this.#configure(group, { roomname: title, membersonly: '1', publicroom: '0' });
    this.#stanza(xml('presence', { to: `${named}/${this.#user}`, type: 'unavailable' }));
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

  rename(group: number, title: string): Promise<CommandResult> {
    return this.#configure(group, { roomname: title });
  }

  async #configure(group: number, values: Readonly<Record<string, string>>): Promise<CommandResult> {
    const fields = Object.entries(values).map(([name, value]) =>
      xml('field', { var: `muc#roomconfig_${name}` }, xml('value', {}, xmlText(value))),
    );
    const form = xml('x', { xmlns: NS.dataForms, type: 'submit' }, ...fields);
    return resultOf(await this.#ask('set', xml('query', { xmlns: NS.mucOwner }, form), roomOf(group)));
  }

  /** Of a page of the past only what was said: changes were told when they came. */
  async history(place: Place, limit: number): Promise<readonly Seen[]> {
    const { messages } = await this.#askArchive(addressOf(place), { max: limit, before: '' });
    return messages
      .filter((message) => namedIn(message) === undefined)
      .flatMap((said) => this.#reader.read(said));
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

  /** A device that was here before asks the archive for what came since, and shows nothing new before that. */
  /** A room that has a name is entered by its number all the same, by which the other drivers know it. */
  async #enterByNumber(room: string): Promise<void> {
    if (/^g\d+@/.test(room)) this.#enter(room);
    else this.#enter(roomOf(await this.#numberOf(room)));
  }

  async #numberOf(room: string): Promise<number> {
    const info = await this.#ask('get', xml('query', { xmlns: NS.discoInfo }), room);
    const fields = elementsOf(elementsOf(info)[0] ?? info).flatMap(elementsOf);
    const field = fields.find(({ attrs }) => attrs['var'] === '{skein}group');
    return Number(field === undefined ? '' : textOf(childOf(field, 'value', NS.dataForms)));
  }

  #enter(room: string): void {
    this.#entered.add(room);
    const past = xml('history', { maxstanzas: this.#reader.isNew ? PAGE_MAX : 0 });
    this.#stanza(xml('presence', { to: `${room}/${this.#user}` }, xml('x', { xmlns: NS.muc }, past)));
    if (!this.#reader.isNew) this.#inTurn(() => this.#catchUp(room));
  }

  async #catchUp(room: string): Promise<void> {
    for (let isComplete = false; !isComplete; ) {
      const last = [...this.#reader.shownIn(room)].at(-1);
      const page = await this.#askArchive(room, {
        max: PAGE_MAX,
        ...(last === undefined ? {} : { after: last }),
      });
      for (const message of page.messages) await this.#show(message);
      isComplete = page.isComplete || page.messages.length === 0;
    }
  }

  async #askArchive(archive: string, wish: Readonly<Record<string, string | number>>) {
    const queryid = randomBytes(8).toString('hex');
    const messages: Element[] = [];
    this.#pages.set(queryid, messages);
    const set = Object.entries(wish).map(([name, value]) => xml(name, {}, xmlText(String(value))));
    const query = xml('query', { xmlns: NS.archive, queryid }, xml('set', { xmlns: NS.resultSets }, ...set));
    let answer = await this.#ask('set', query, archive);
    while (isForLater(answer)) {
      await new Promise((resolve) => setTimeout(resolve, LATER_MS));
      answer = await this.#ask('set', query, archive);
    }
    this.#pages.delete(queryid);
    return { messages, isComplete: elementsOf(answer)[0]?.attrs['complete'] === 'true' };
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
    if (invited !== undefined) void this.#enterByNumber(invited);
    else if (result !== undefined) this.#pages.get(result.attrs['queryid'] ?? '')?.push(forwardedIn(result));
    else this.#inTurn(() => this.#show(sent === undefined ? message : forwardedIn(sent)));
  }

  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work);
  }

  /** What one has sent oneself is known by its id; which seq that is says the archive. */
  async #show(message: Element): Promise<void> {
    const named = namedIn(message);
    const place = this.#reader.placeOf(message);
    if (named !== undefined && Number.isNaN(this.#reader.seqOf(named, place))) await this.history(place, 50);
    const seq = seqIn(message, addressOf(place));
    if ('group' in place && seq !== null) {
      // A room tells its past to whoever enters; what was shown before is known by its number.
      const shown = this.#reader.shownIn(addressOf(place));
      if (shown.has(seq)) return;
      shown.add(seq);
    }
    this.seen.push(...this.#reader.read(message));
  }
}
