/** The data types of MQTT 5 §1.5, the same as those of MQTT 3.1.1 §1.5 as far as that has them. */

/** Text that is given as bytes goes out as it is, well-formed or not. */
export type Text = string | Uint8Array;

export function byte(value: number): Buffer {
  return Buffer.of(value);
}

export function twoBytes(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function fourBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** §1.5.5, in the fewest bytes. */
export function variable(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return Buffer.from(bytes);
}

/** Text and binary data alike: its length, then its bytes. */
export function counted(value: Text): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  return Buffer.concat([twoBytes(bytes.length), bytes]);
}
