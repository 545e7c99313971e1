import { CLOSE_CODE, type CloseReason, closeAdvice } from '@skein/protocol';
import { describe, expect, it } from 'vitest';
import { endsSession, meaningOf } from './close-meaning.ts';

const ENDED: readonly CloseReason[] = ['signedOut', 'revoked', 'badCredentials'];

describe('close codes', () => {
  it('[CL4] that end a session, and no others, make the device forget it', () => {
    const ending = (Object.keys(CLOSE_CODE) as CloseReason[]).filter((name) => endsSession(CLOSE_CODE[name]));
    expect(ending).toEqual(ENDED);
  });

  it.each([
    ['signedOut', 'auth.required'],
    ['revoked', 'auth.revoked'],
    ['badCredentials', 'auth.bad_credentials'],
    ['upgradeRequired', 'client.upgrade_required'],
    ['protocolViolation', 'client.protocol'],
    ['outOfOrder', 'client.protocol'],
    ['frameTooLarge', 'client.protocol'],
    ['notAllowed', 'auth.required'],
  ] as const)('[CL4] %s is told as %s', (reason, code) => {
    expect(closeAdvice(CLOSE_CODE[reason])).toBe('stop');
    expect(meaningOf(CLOSE_CODE[reason])).toBe(code);
  });
});
