import { connect, type Socket } from 'node:net';
import type {
  Arriving,
  CommandResult,
  GatewayDriver,
  GatewayPeer,
  Place,
  Seen,
} from '@skein/testkit/contracts';
import { SignInRefused } from '@skein/testkit/contracts';

const NO_LINE = 'a chat has no line for it';

export const JSON_LINES: GatewayDriver = {
  name: 'JSON lines',
  specialities: ['transient'],
  cannot: {
    'own-echo': 'a chat says where one’s own words stand, and does not repeat them',
    keys: 'a chat counts instead: {"id":1}',
    edit: NO_LINE,
    recall: NO_LINE,
    react: NO_LINE,
    members: NO_LINE,
    title: NO_LINE,
    resume: 'a chat shows what was missed when it is asked for history',
    presence: NO_LINE,
    will: NO_LINE,
    'kicked-off': 'a device may have several connections',
  },
  arrive: async (port, arriving) => {
    const peer = new LinesPeer(port, arriving);
    await peer.arrived;
    return peer;
  },
};

/** One line of the server's, as far as it matters here. */
interface Line {
  readonly welcome?: string;
  readonly closed?: string;
  readonly error?: string;
  readonly sent?: number;
  readonly created?: number;
  readonly ok?: string;
  readonly from?: string;
  readonly text?: string;
  readonly seq?: number;
  readonly conversation?: number;
  readonly group?: string;
  readonly with?: string;
  readonly typing?: string;
  readonly seen?: number;
  readonly by?: string;
  readonly transient?: true;
  readonly will?: true;
}

class LinesPeer implements GatewayPeer {
  readonly seen: Seen[];
  readonly typists: string[] = [];
  readonly reads: { readonly by: string; readonly place: Place; readonly seq: number }[] = [];
  readonly passing: { readonly from: string; readonly text: string; readonly isWill: boolean }[] = [];
  readonly ended: Promise<void>;
  readonly arrived: Promise<void>;
  readonly #user: string;
  readonly #socket: Socket;
  readonly #places = new Map<number, Place>();
  // Commands are answered one by one, in their order.
  readonly #answers: ((line: Line) => void)[] = [];
  // What came of a conversation whose place is being asked for, and all behind it.
  #waiting: Line[] | null = null;
  #page: Line[] = [];
  #isPaging = false;
  #letIn: () => void = () => undefined;
  #refuse: (error: Error) => void = () => undefined;

  constructor(port: number, { user, password, screen = [] }: Arriving) {
    this.seen = screen;
    this.#user = user;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.arrived = new Promise((resolve, reject) => {
      this.#letIn = resolve;
      this.#refuse = reject;
    });
    this.#socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.#socket.on('close', () => {
        this.#refuse(new SignInRefused('closed'));
        resolve();
      });
    });
    let held = '';
    this.#socket.setEncoding('utf8');
    // Not by node:readline, to which U+2028 within a text is the end of a line.
    this.#socket.on('data', (text: string) => {
      const lines = (held + text).split('\n');
      held = lines.pop() ?? '';
      for (const line of lines) this.#hear(JSON.parse(line) as Line);
    });
    this.#say({ login: user, password });
  }

  async send(place: Place, text: string): Promise<CommandResult> {
    const answer = await this.#ask({ ...addressOf(place), text });
    if (answer.sent === undefined) return { outcome: 'refused', code: answer.error ?? null };
    this.#places.set(answer.conversation ?? 0, place);
    return { outcome: 'done', seq: answer.sent };
  }

  edit(): Promise<CommandResult> {
    throw new Error(NO_LINE);
  }

  recall(): Promise<CommandResult> {
    throw new Error(NO_LINE);
  }

  react(): Promise<CommandResult> {
    throw new Error(NO_LINE);
  }

  invite(): Promise<CommandResult> {
    throw new Error(NO_LINE);
  }

  remove(): Promise<CommandResult> {
    throw new Error(NO_LINE);
  }

  leaveGroup(): Promise<CommandResult> {
    throw new Error(NO_LINE);
  }

  rename(): Promise<CommandResult> {
    throw new Error(NO_LINE);
  }

  read(place: Place, seq: number): void {
    void this.#ask({ read: targetOf(place), seq });
  }

  typing(place: Place): void {
    this.#say({ typing: targetOf(place) });
  }

  sayInPassing(place: Place, text: string): void {
    this.#say({ ...addressOf(place), text, transient: true });
  }

  async createGroup(title: string, users: readonly string[]): Promise<number> {
    const { created } = await this.#ask({ group: title, with: users });
    if (created === undefined) throw new Error('no group');
    this.#places.set(created, { group: created });
    return created;
  }

  async history(place: Place, limit: number): Promise<readonly Seen[]> {
    this.#page = [];
    this.#isPaging = true;
    await this.#ask({ history: targetOf(place), limit });
    this.#isPaging = false;
    return this.#page.map((line) => seenIn(line, place));
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
    this.#socket.end();
    await this.ended;
  }

  #say(line: object): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(line)}\n`);
  }

  #ask(line: object): Promise<Line> {
    return new Promise((resolve) => {
      this.#answers.push(resolve);
      this.#say(line);
    });
  }

  #hear(line: Line): void {
    if (line.welcome !== undefined) this.#letIn();
    else if (line.closed !== undefined) this.#refuse(new SignInRefused(line.closed));
    else if (isAnswer(line)) this.#answers.shift()?.(line);
    else if (line.transient === true) {
      const { from = '', text = '', will = false } = line;
      this.passing.push({ from, text, isWill: will });
    } else if (line.with !== undefined) this.#places.set(line.conversation ?? 0, { direct: line.with });
    else if (line.from !== undefined && this.#isPaging) this.#page.push(line);
    else this.#show(line);
  }

  #show(line: Line): void {
    const { conversation = 0 } = line;
    if (line.group !== undefined) this.#places.set(conversation, { group: conversation });
    else if (line.from !== undefined && line.from !== this.#user) {
      this.#places.set(conversation, { direct: line.from });
    }
    const place = this.#places.get(conversation);
    if (this.#waiting !== null) this.#waiting.push(line);
    else if (place === undefined) void this.#findPlace(line);
    else if (line.typing !== undefined) this.typists.push(line.typing);
    else if (line.seen !== undefined) this.reads.push({ by: line.by ?? '', place, seq: line.seen });
    else if (line.text !== undefined) this.seen.push(seenIn(line, place));
  }

  /** One's own words from another device name the conversation alone. */
  async #findPlace(line: Line): Promise<void> {
    this.#waiting = [line];
    await this.#ask({ list: true });
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const each of waiting) {
      if (this.#places.has(each.conversation ?? 0)) this.#show(each);
    }
  }
}

function isAnswer({ sent, error, ok, created }: Line): boolean {
  return sent !== undefined || error !== undefined || ok !== undefined || created !== undefined;
}

function seenIn({ from = '', text = '', seq = 0 }: Line, place: Place): Seen {
  return { place, kind: 'message', from, text, seq, target: 0 };
}

function addressOf(place: Place): object {
  return 'direct' in place ? { to: place.direct } : { conversation: place.group };
}

function targetOf(place: Place): string | number {
  return 'direct' in place ? place.direct : place.group;
}
