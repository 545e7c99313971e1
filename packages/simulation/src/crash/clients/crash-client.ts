/** A device in a crash run, whatever protocol it speaks. */
export interface CrashClient {
  readonly device: string;
  readonly user: string;
  /** Begins to connect, and comes back by itself after every loss until `stop`. */
  start(): void;
  stop(): void | Promise<void>;
  /** Does something that people do, chosen by the run's randomness; whether or not there is a connection. */
  act(): void;
  /** Signed in, caught up, every send answered, no hole, every push acknowledged. */
  readonly isQuiet: boolean;
  /** Why it is not, for whoever waits in vain. */
  describe(): string;
  /** Says in the history what this device claims to show in full. */
  claimComplete(): void | Promise<void>;
  /** A sign of life, now and then. */
  beat(): void;
}
