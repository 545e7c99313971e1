/** Runs things in the order they came; one that has to wait holds up those behind it. */
export class TurnLane {
  readonly #report: (error: unknown) => void;
  readonly #waiting: (() => void | Promise<void>)[] = [];
  #isBusy = false;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  get isIdle(): boolean {
    return !this.#isBusy;
  }

  run(work: () => void | Promise<void>): void {
    if (this.#isBusy) this.#waiting.push(work);
    else this.#start(work);
  }

  /** As `run`; settles with the work. */
  turn(work: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.run(() => work().then(resolve, reject));
    });
  }

  #start(work: () => void | Promise<void>): void {
    const done = this.#try(work);
    if (done === undefined) return;
    this.#isBusy = true;
    done
      .catch((error: unknown) => this.#report(error))
      .finally(() => {
        this.#isBusy = false;
        this.#next();
      });
  }

  #try(work: () => void | Promise<void>): Promise<void> | undefined {
    try {
      return work() ?? undefined;
    } catch (error) {
      this.#report(error);
      return undefined;
    }
  }

  #next(): void {
    while (!this.#isBusy) {
      const work = this.#waiting.shift();
      if (work === undefined) return;
      this.#start(work);
    }
  }
}
