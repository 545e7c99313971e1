import { isRefusalCode, REFUSALS, type RefusalCode, type RefusalInfo } from '@skein/model';

/** What can go wrong on this side of the wire; the server's own codes are in the model. */
export const CLIENT_ERRORS = {
  'network.offline': { retryable: true, en: 'There is no connection right now.', zh: '当前没有网络连接。' },
  'network.timeout': { retryable: true, en: 'The server did not answer in time.', zh: '服务器未及时响应。' },
  'client.cancelled': { retryable: false, en: 'Cancelled.', zh: '已取消。' },
  'client.closed': { retryable: false, en: 'This client has been closed.', zh: '客户端已关闭。' },
  'client.store_full': {
    retryable: true,
    en: 'This device could not store the message.',
    zh: '本设备无法保存该消息。',
  },
  'client.store_in_use': {
    retryable: false,
    en: 'In use in another window; reload to use it here.',
    zh: '已在另一窗口使用；重新加载可改用此窗口。',
  },
  'client.protocol': {
    retryable: false,
    en: 'The server and this version do not understand each other.',
    zh: '服务器与此版本无法互通。',
  },
} as const satisfies Record<string, RefusalInfo>;

export type ErrorCode = RefusalCode | keyof typeof CLIENT_ERRORS;

/** An error as data: compare `code`, show `userMessage()`. */
export class SkeinError extends Error {
  override readonly name = 'SkeinError';
  readonly code: ErrorCode;
  /** The same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  /** The limit that was met, in its own unit. */
  readonly limit: number | null;

  constructor(code: ErrorCode, detail: { readonly retryAfterMs?: number; readonly limit?: number } = {}) {
    super(`${code}: ${infoOf(code).en}`);
    this.code = code;
    this.retryable = infoOf(code).retryable;
    this.retryAfterMs = detail.retryAfterMs ?? null;
    this.limit = detail.limit ?? null;
  }

  /** One sentence for the person, in Chinese for a `zh…` locale, else in English. */
  userMessage(locale = 'en'): string {
    const info = infoOf(this.code);
    return locale.toLowerCase().startsWith('zh') ? info.zh : info.en;
  }
}

/** Tells one of ours from everything else that can be thrown; with a code, also which one. */
export function isSkeinError<C extends ErrorCode>(
  error: unknown,
  code?: C,
): error is SkeinError & { readonly code: C } {
  return error instanceof SkeinError && (code === undefined || error.code === code);
}

/** From what a peer sent: a code that this version does not know reads as an invalid request; 0 means "not said". */
export function errorFromCode(
  code: string,
  { retryAfterMs = 0, limit = 0 }: { readonly retryAfterMs?: number; readonly limit?: number } = {},
): SkeinError {
  return new SkeinError(isErrorCode(code) ? code : 'request.invalid', {
    ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
    ...(limit > 0 ? { limit } : {}),
  });
}

export function isErrorCode(code: string): code is ErrorCode {
  return isRefusalCode(code) || Object.hasOwn(CLIENT_ERRORS, code);
}

function infoOf(code: ErrorCode): RefusalInfo {
  return isRefusalCode(code) ? REFUSALS[code] : CLIENT_ERRORS[code];
}
