import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathOf } from '@skein/needs';
import { SkeinProcess, temporaryFolder } from '@skein/server/testing';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { buildPage } from './built-page.ts';
import { Person } from './person.ts';

const BROWSER_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const WAIT_MS_MAX = 10_000;
// What a browser says by itself about a server that is away, which is what the test wants.
const EXPECTED =
  /ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RESET|WebSocket connection to/;

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, locale: 'zh-CN' };
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  locale: 'zh-CN',
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
};

/** A real server with the built page, and a real browser. */
export class Stage implements AsyncDisposable {
  /** Errors and refused resources that any page's console told of, beyond what an absent server causes. */
  readonly problems: string[] = [];
  readonly #folder = temporaryFolder();
  readonly #browser: Browser;
  readonly #built: Awaited<ReturnType<typeof buildPage>>;
  #server: SkeinProcess | null = null;
  #port = 0;

  readonly #settings: readonly string[];

  private constructor(
    browser: Browser,
    built: Awaited<ReturnType<typeof buildPage>>,
    settings: readonly string[],
  ) {
    this.#browser = browser;
    this.#built = built;
    this.#settings = settings;
  }

  /** `settings`: more words for the server's command line. */
  static async open(settings: readonly string[] = []): Promise<Stage> {
    const executablePath = pathOf('chromium') ?? 'chromium';
    const built = await buildPage();
    const stage = new Stage(await chromium.launch({ executablePath, args: BROWSER_FLAGS }), built, settings);
    await stage.startServer();
    return stage;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async startServer(): Promise<void> {
    const args = ['start', '--port', String(this.#port), '--log-level', 'error'];
    args.push('--web-folder', this.#built.path, ...this.#settings);
    this.#server = new SkeinProcess({ folder: this.#folder.path, args });
    this.#port = (await this.#server.ready()).port;
  }

  /** As a power cut would. */
  async killServer(): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
    this.#server = null;
  }

  /** The same page as another version: what the next server serves. */
  publishAnother(): void {
    const path = join(this.#built.path, 'page-worker.js');
    const worker = readFileSync(path, 'utf8');
    writeFileSync(path, worker.replace(/"version":"\w+"/, '"version":"another"'));
  }

  /** Somebody at a device of their own, with the sign-in page before them. */
  async person(options: BrowserContextOptions = DESKTOP): Promise<Person> {
    const context = await this.#browser.newContext({ colorScheme: 'light', ...options });
    context.setDefaultTimeout(WAIT_MS_MAX);
    context.on('page', (page) => this.#watch(page));
    const page = await context.newPage();
    await page.goto(this.url);
    return new Person(page);
  }

  /** Another tab of the same browser profile. */
  async tabOf(person: Person): Promise<Person> {
    const page = await person.page.context().newPage();
    await page.goto(this.url);
    return new Person(page);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.killServer();
    this.#folder[Symbol.dispose]();
    this.#built[Symbol.dispose]();
  }

  #watch(page: Page): void {
    page.on('pageerror', (error) => this.problems.push(error.stack ?? error.message));
    page.on('console', (line) => {
      const isBad = line.type() === 'error' || line.type() === 'warning';
      // The browser's own word for a failed request has the address elsewhere.
      const text = `${line.text()} ${line.location().url}`;
      if (isBad && !EXPECTED.test(text)) this.problems.push(text);
    });
  }
}
