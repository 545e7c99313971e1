import { BlockList, isIP, isIPv6, type Socket } from 'node:net';
import { unreachable } from '@skein/model';
import { addressOf, markProxied } from '../session/peer-of.ts';
import type { TakeSocket } from './doors.ts';
import { parseProxyHeader } from './proxy-header.ts';

/** Who connects by a Unix socket of this machine, as {@link addressOf} calls it. */
const UNIX = 'unix';

/** Whether a text names an address, a network or `unix`, as the list of trusted proxies wants it. */
export function isNetwork(text: string): boolean {
  if (text === UNIX) return true;
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

/**
 * [GW26] Reads the header that a trusted proxy puts before a connection (HAProxy's PROXY protocol, versions 1 and 2): who
 * is behind it counts from then on. From anybody else such a header closes, for it could claim any address.
 */
export class Proxies {
  readonly #trusted = new BlockList();
  readonly #isUnixTrusted: boolean;
  readonly #headerBytesMax: number;

  /** `trusted`: addresses and networks, each as {@link isNetwork} accepts them. */
  constructor(trusted: readonly string[], headerBytesMax: number) {
    this.#headerBytesMax = headerBytesMax;
    this.#isUnixTrusted = trusted.includes(UNIX);
    for (const network of trusted.filter((text) => text !== UNIX)) {
      const [address = '', prefix] = network.split('/');
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.#trusted.addAddress(address, family);
      else this.#trusted.addSubnet(address, Number(prefix), family);
    }
  }

  isTrusted(address: string): boolean {
    if (address === UNIX) return this.#isUnixTrusted;
    const family = isIP(address);
    return family !== 0 && this.#trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }

  /**
   * Serves a socket whose first bytes are a header; `next` gets it with the bytes behind. A header that never ends is
   * cut off with the strangers (rule GW40).
   */
  take(socket: Socket, bytes: Buffer, next: TakeSocket): void {
    if (!this.isTrusted(addressOf(socket))) {
      socket.destroy();
      return;
    }
    const header = parseProxyHeader(bytes, this.#headerBytesMax);
    switch (header.outcome) {
      case 'invalid':
        socket.destroy();
        return;
      case 'incomplete':
        this.#takeMore(socket, bytes, next);
        return;
      case 'read':
        markProxied(socket, header.peer);
        next(socket, bytes.subarray(header.byteCount));
        return;
      default:
        unreachable(header);
    }
  }

  #takeMore(socket: Socket, bytes: Buffer, next: TakeSocket): void {
    const onData = (more: Buffer): void => {
      socket.off('data', onData);
      socket.off('end', onEnd);
      this.take(socket, Buffer.concat([bytes, more]), next);
    };
    const onEnd = (): void => {
      socket.destroy();
    };
    socket.on('data', onData);
    socket.on('end', onEnd);
  }
}
