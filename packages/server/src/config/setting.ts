/** What kinds of values there are, as they appear in the program. */
export interface ValueByKind {
  readonly text: string;
  readonly texts: readonly string[];
  readonly boolean: boolean;
  readonly port: number;
  readonly number: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Bytes. */
  readonly size: number;
  readonly choice: string;
}

export type ValueKind = keyof ValueByKind;
export type Value = ValueByKind[ValueKind] | null;

/** One setting as data. */
export interface Setting {
  readonly kind: ValueKind;
  /** `null` means "not set". */
  readonly default: Value;
  readonly choices?: readonly string[];
  /** A flag shorter than the one made from the key. */
  readonly flag?: string;
  /** Whether `<key>_file` may name a file that holds the value. */
  readonly canComeFromFile?: boolean;
  readonly isSecret?: boolean;
  /** Whether SIGHUP applies a new value to the running server. */
  readonly isReloadable?: boolean;
  readonly help: { readonly en: string; readonly zh: string };
}
