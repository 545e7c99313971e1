import { type TestPort, TestSocket, until } from './test-port.ts';

type Line = Readonly<Record<string, unknown>>;

/** Someone who types lines of JSON and reads the answers. */
export class Person {
  readonly link: TestSocket;
  #readCount = 0;

  private constructor(link: TestSocket) {
    this.link = link;
  }

  static async connect(port: TestPort): Promise<Person> {
    return new Person(await TestSocket.open(port.port));
  }

  /** Signed in by name on a development server. */
  static async arrive(port: TestPort, name: string, more: Line = {}): Promise<Person> {
    const person = await Person.connect(port);
    person.type({ login: name, dev: true, ...more });
    await person.reads('welcome');
    return person;
  }

  get lines(): Line[] {
    return this.link.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  }

  type(...lines: readonly Line[]): void {
    this.link.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  /** The next line that has this property; those before it are passed over. */
  async reads(property: string): Promise<Line> {
    const find = (): number =>
      this.lines.findIndex((line, index) => index >= this.#readCount && property in line);
    await until(() => find() !== -1);
    const found = find();
    this.#readCount = found + 1;
    return this.lines[found] ?? {};
  }
}
