import { describe, expect, it } from 'vitest';
import { AddressCounts } from './address-counts.ts';

describe('connections by address', () => {
  it('[GW29] are counted, and forgotten with the last one', () => {
    const counts = new AddressCounts();
    expect([counts.add('192.0.2.1'), counts.add('192.0.2.1'), counts.add('192.0.2.2')]).toEqual([1, 2, 1]);
    for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.2']) counts.remove(address);
    expect([counts.size, counts.add('192.0.2.1')]).toEqual([0, 1]);
  });

  it('[GW29] are those of a /64 where the address is of IPv6', () => {
    const counts = new AddressCounts();
    const same = ['2001:db8::1', '2001:db8:0:0:ffff:1:2:3', '2001:0db8::2:0:0:1', '2001:db8::'];
    expect(same.map((address) => counts.add(address))).toEqual([1, 2, 3, 4]);
    expect(['2001:db8:0:1::1', '::1', '::'].map((address) => counts.add(address))).toEqual([1, 1, 2]);
  });
});
