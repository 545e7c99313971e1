import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import type { MessageTable } from './field-table.ts';

/** A service of the schema, generated beside the codec. */
export interface ServiceTable {
  readonly name: string;
  /** The comment of the schema. */
  readonly text: string;
  readonly methods: readonly MethodTable[];
}

/** A procedure: one message in, one message out. */
export interface MethodTable {
  readonly name: string;
  readonly text: string;
  readonly input: MessageCoder;
  readonly output: MessageCoder;
}

/** Both encodings of one message. */
export interface MessageCoder {
  readonly table: MessageTable;
  readonly read: (r: Reader, end: number) => object;
  readonly write: (w: Writer, message: object) => void;
}

/** What the schema says about a message and those of its fields that are not clear by themselves. */
export interface MessageComments {
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
}
