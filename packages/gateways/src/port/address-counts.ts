import { isIPv6 } from 'node:net';

// A household or a host is given a /64 at least, so anything smaller would be no limit for it.
const NETWORK_GROUPS = 4;

/** [GW29] How many connections there are from each address; of IPv6 from each /64. */
export class AddressCounts {
  readonly #counts = new Map<string, number>();

  /** Counts one more; returns how many there are now. */
  add(address: string): number {
    const network = networkOf(address);
    const count = (this.#counts.get(network) ?? 0) + 1;
    this.#counts.set(network, count);
    return count;
  }

  remove(address: string): void {
    const network = networkOf(address);
    const count = (this.#counts.get(network) ?? 0) - 1;
    if (count > 0) this.#counts.set(network, count);
    else this.#counts.delete(network);
  }

  /** Addresses with at least one connection. */
  get size(): number {
    return this.#counts.size;
  }
}

function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [left = '', right] = address.split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const zeros = right === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail]
    .slice(0, NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
