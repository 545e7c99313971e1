/** How the JSON form finds its way through a message; generated beside the codec. */
export interface MessageTable {
  readonly name: string;
  readonly fields: readonly FieldTable[];
}

export interface FieldTable {
  readonly name: string;
  readonly type: ScalarName | EnumTable | (() => MessageTable);
  readonly list?: true;
  readonly oneof?: string;
  readonly optional?: true;
}

export type ScalarName = 'uint32' | 'uint64' | 'bool' | 'fixed32' | 'string' | 'bytes';
/** Number to name, without the enum's prefix. */
export type EnumTable = Readonly<Record<number, string>>;
