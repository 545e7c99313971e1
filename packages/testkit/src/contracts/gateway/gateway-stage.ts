import type { Arriving, CommandResult, GatewayDriver, GatewayPeer, Place, Seen } from './gateway-driver.ts';

/** A running server, and a way to make accounts on it. */
export interface GatewayServer {
  readonly port: number;
  addUser(user: string, password: string): Promise<void>;
}

// A machine that is busy with something else is slow, not wrong.
const WAIT_MS = 30_000;
const LOOK_MS = 5;
const AT_ONCE = 50;
/** Long enough for anything that should not come to have come. */
const QUIET_MS = 150;

let people = 0;

/** One scenario's people on a server that many scenarios share: every name is new. */
export class GatewayStage implements AsyncDisposable {
  readonly #server: GatewayServer;
  readonly #driver: GatewayDriver;
  readonly #passwords = new Map<string, string>();
  readonly #arrived: GatewayPeer[] = [];

  constructor(server: GatewayServer, driver: GatewayDriver) {
    this.#server = server;
    this.#driver = driver;
  }

  /** Makes somebody an account; answers the name. */
  async account(role: string, password = `the password of ${role}`): Promise<string> {
    const name = `${role}-${process.pid}-${++people}`;
    await this.#server.addUser(name, password);
    this.#passwords.set(name, password);
    return name;
  }

  /** Signs somebody in who has an account; each time on another device unless it is named. */
  async arrive(user: string, more: Partial<Arriving> = {}): Promise<GatewayPeer> {
    const password = this.#passwords.get(user) ?? 'nobody has this password';
    const peer = await this.#driver.arrive(this.#server.port, { user, password, ...more });
    this.#arrived.push(peer);
    return peer;
  }

  /** Two people with accounts, both here. */
  async pair(): Promise<{ ana: string; ben: string; anas: GatewayPeer; bens: GatewayPeer }> {
    const [ana, ben] = [await this.account('ana'), await this.account('ben')];
    return { ana, ben, anas: await this.arrive(ana), bens: await this.arrive(ben) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#arrived.map((peer) => peer.leave().catch(() => undefined)));
  }
}

/** Waits until it holds. */
export async function until(what: string | (() => string), holds: () => boolean): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  while (!holds()) {
    if (performance.now() > deadline) {
      throw new Error(`not within ${WAIT_MS} ms: ${typeof what === 'string' ? what : what()}`);
    }
    await sleep(LOOK_MS);
  }
}

export function quiet(): Promise<void> {
  return sleep(QUIET_MS);
}

/** What was said in a place, in the order it was shown. */
export function textsOf(peer: GatewayPeer, place: Place): string[] {
  return messagesOf(peer, place).map(({ text }) => text);
}

export function messagesOf(peer: GatewayPeer, place: Place): Seen[] {
  return peer.seen.filter((seen) => seen.kind === 'message' && isSame(seen.place, place));
}

export async function untilTexts(peer: GatewayPeer, place: Place, texts: readonly string[]): Promise<void> {
  const shown = (): string[] => textsOf(peer, place);
  const what = (): string => `${texts.length} messages, not ${JSON.stringify(shown()).slice(0, 300)}`;
  await until(what, () => shown().length >= texts.length);
}

/** Says many things in order, no more at once than a server lets wait. */
export async function sendAll(peer: GatewayPeer, place: Place, texts: readonly string[]): Promise<void> {
  for (let at = 0; at < texts.length; at += AT_ONCE) {
    const results = await Promise.all(texts.slice(at, at + AT_ONCE).map((text) => peer.send(place, text)));
    const refused = results.find(({ outcome }) => outcome === 'refused');
    if (refused !== undefined) throw new Error(`refused: ${JSON.stringify(refused)}`);
  }
}

/** The seq of what one has sent, as somebody else was shown it. */
export async function seqShown(peer: GatewayPeer, place: Place, text: string): Promise<number> {
  const find = (): Seen | undefined => messagesOf(peer, place).find((seen) => seen.text === text);
  await until(`"${text}" with its seq`, () => (find()?.seq ?? null) !== null);
  return find()?.seq ?? 0;
}

export function isRefused(result: CommandResult, ...codes: readonly string[]): boolean {
  return result.outcome === 'refused' && (result.code === null || codes.includes(result.code));
}

function isSame(a: Place, b: Place): boolean {
  return 'direct' in a ? 'direct' in b && a.direct === b.direct : 'group' in b && a.group === b.group;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
