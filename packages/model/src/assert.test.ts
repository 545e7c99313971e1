import { describe, expect, it } from 'vitest';
import { assert, BugError, unreachable } from './assert.ts';

describe('an assertion', () => {
  it('that holds says nothing', () => {
    expect(() => assert(true, 'holds')).not.toThrow();
  });

  it.each([false, 0, '', null, undefined])('of %j is a bug that says the claim', (condition) => {
    expect(() => assert(condition, 'heads never go back')).toThrow(
      new BugError('assertion failed: heads never go back'),
    );
  });

  it('that a place is never reached names what came there', () => {
    expect(() => unreachable({ type: 'later' } as never)).toThrow(
      new BugError('unreachable: {"type":"later"}'),
    );
  });
});
