/** At most once, at least once, exactly once. */
export type Qos = 0 | 1 | 2;

/** Whether a new subscription is sent the retained values: always, only when it is new, never. */
export type RetainHandling = 0 | 1 | 2;

/** What travels with a value unchanged, from whoever published it to every subscriber. */
export interface PublishProperties {
  /** The payload is UTF-8 text. */
  readonly isText: boolean;
  /** Seconds after which nobody wants it any more; null: never. */
  readonly expiryS: number | null;
  readonly contentType: string | null;
  readonly responseTopic: string | null;
  readonly correlationData: Uint8Array | null;
  /** In the order in which they were sent. */
  readonly userProperties: readonly (readonly [string, string])[];
}

export interface PublicationInit {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly isRetained: boolean;
  readonly properties: PublishProperties | null;
  /** Wall time, so that it still holds after a restart. */
  readonly publishedAtMs: number;
}

/**
 * One published value on its way to subscribers. Encoded once per form of the wire, whoever asks first; every subscriber
 * is then written the same bytes (TP1).
 */
export class Publication {
  readonly topic: string;
  readonly qos: Qos;
  readonly isRetained: boolean;
  readonly properties: PublishProperties | null;
  readonly publishedAtMs: number;
  /** Wall time; `Infinity` for those that stay. */
  readonly expiresAtMs: number;
  /** Its record, while sessions keep it in the store; 0 else. */
  record = 0;
  /** Sessions that keep it in the store. */
  keepers = 0;
  #payload: Uint8Array;
  // Encodings, by the gateways' own keys; most values that nobody subscribes to need none.
  #forms: Map<number | string, unknown> | null = null;
  #isForAll = false;

  constructor(init: PublicationInit) {
    this.topic = init.topic;
    this.#payload = init.payload;
    this.qos = init.qos;
    this.isRetained = init.isRetained;
    this.properties = init.properties;
    this.publishedAtMs = init.publishedAtMs;
    const expiryS = init.properties?.expiryS ?? null;
    this.expiresAtMs = expiryS === null ? Number.POSITIVE_INFINITY : init.publishedAtMs + expiryS * 1_000;
  }

  get payload(): Uint8Array {
    return this.#payload;
  }

  /** What it counts against the bounds of queues and of retained values. */
  get byteCount(): number {
    return this.topic.length + this.payload.length + OVERHEAD_BYTES;
  }

  isExpired(nowMs: number): boolean {
    return nowMs >= this.expiresAtMs;
  }

  /**
   * [TP9] It stays for longer than a moment. A small payload is mostly a part of a buffer of 64 KiB, all of which would stay
   * with it. Not for every value: memory of its own takes 0.6 µs more.
   */
  detach(): void {
    const payload = this.#payload;
    if (payload.buffer.byteLength > payload.length) this.#payload = new Uint8Array(payload);
  }

  /** A form that was kept under this key. Who keeps and who asks agree on what it is. */
  form<Form>(key: number | string): Form | undefined {
    return this.#forms?.get(key) as Form | undefined;
  }

  /** Everyone who is there is written to now: what was encoded for one is kept for the next, until `dropForms`. */
  shareForms(): void {
    this.#isForAll = true;
  }

  /** Kept only while everyone is written to: a form is mostly a small part of a buffer of 64 KiB, all of which stays with it. */
  keepForm(key: number | string, form: unknown): void {
    if (!this.#isForAll) return;
    this.#forms ??= new Map();
    this.#forms.set(key, form);
  }

  /** Everyone who is there was written to. For whoever is still owed the value it is encoded again when their time comes. */
  dropForms(): void {
    this.#isForAll = false;
    this.#forms = null;
  }
}

// The objects around a small payload: measured as about this much per publication that is kept.
const OVERHEAD_BYTES = 256;
