export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where the client writes its diary. Never gets message content or tokens. */
export type LogSink = (level: LogLevel, text: string, detail?: unknown) => void;

export const SILENT: LogSink = () => {};
