/**
 * Why a connection ends, and what the client does about it. The range decides, so that an old client treats a new code
 * rightly (rules CC1–CC4):
 *
 *   4000–4099  reconnect, with back-off
 *   4100–4199  get a fresh access token (refresh), then reconnect once
 *   4200–4299  stop: reconnecting can't help until a person does something
 *
 * The codes are WebSocket close codes of the private range (RFC 6455 §7.4.2); over TCP they travel in a Close frame.
 */
export const CLOSE_CODE = {
  serverRestart: 4000,
  overloaded: 4001,
  ackTimeout: 4002,
  idle: 4003,
  stalled: 4004,
  internal: 4005,
  signInTimeout: 4006,
  rateLimited: 4007,

  tokenExpired: 4100,

  signedOut: 4200,
  revoked: 4201,
  badCredentials: 4202,
  upgradeRequired: 4203,
  protocolViolation: 4204,
  outOfOrder: 4205,
  frameTooLarge: 4206,
  notAllowed: 4207,
  goodbye: 4208,
} as const;

export type CloseReason = keyof typeof CLOSE_CODE;
export type CloseAdvice = 'reconnect' | 'refresh' | 'stop';

/** [CC1–CC3] What a client does after a connection ended with this code; a plain loss of connection is code 0 or 1006. */
export function closeAdvice(code: number): CloseAdvice {
  if (code >= 4200 && code < 4300) return 'stop';
  if (code >= 4100 && code < 4200) return 'refresh';
  return 'reconnect';
}
