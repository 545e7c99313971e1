import pino from 'pino';

/** The part of a logger that the server uses; fields first, so that a message never holds what a peer sent. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface AdjustableLogger extends Logger {
  level: string;
}

// Names of fields that could hold what must not be in a log, wherever a caller puts them.
const REDACTED = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'invitation',
  'text',
  'body',
  'content',
];

/**
 * [OP8] Structured logs: one JSON object per line on standard error, so that standard output keeps the banner and the ready
 * line. JSON escapes line ends, hence nothing a peer chose can start a line of its own.
 */
export function createLogger(
  level: LogLevel,
  destination: pino.DestinationStream = standardError(),
): AdjustableLogger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), censor: '(not logged)' },
    },
    destination,
  );
}

/** Synchronous: lines are few, and the last one before a crash is the one that is needed. */
function standardError(): pino.DestinationStream {
  return pino.destination({ fd: 2, sync: true });
}
