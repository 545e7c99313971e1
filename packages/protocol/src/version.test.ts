import { describe, expect, it } from 'vitest';
import { commonCapabilities, negotiateVersion, PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from './version.ts';

describe('versions', () => {
  it('[VN1] are negotiated against what this code speaks', () => {
    expect(negotiateVersion(PROTOCOL_VERSION_MIN, PROTOCOL_VERSION)).toBe(PROTOCOL_VERSION);
    expect(negotiateVersion(PROTOCOL_VERSION + 1, PROTOCOL_VERSION + 9)).toBeNull();
  });

  it('[VN2] keep the capabilities that both sides name, and pass over the others', () => {
    expect(commonCapabilities(['later', 'b', 'a'], ['a', 'b', 'c'])).toEqual(['a', 'b']);
    expect(commonCapabilities([], ['a'])).toEqual([]);
  });
});
