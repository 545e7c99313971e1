const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const VERSION_2_PROXY = 0x21;

/** A header of the PROXY protocol's version 2, around any payload. */
export function proxyV2(
  family: number,
  payload: readonly number[],
  versionAndCommand = VERSION_2_PROXY,
): Buffer {
  const { length } = payload;
  return Buffer.from([...SIGNATURE, versionAndCommand, family, length >> 8, length & 0xff, ...payload]);
}
