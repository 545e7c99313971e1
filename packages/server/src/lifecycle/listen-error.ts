/** An address cannot be listened on. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;

  constructor(where: string, cause: NodeJS.ErrnoException) {
    super(`cannot listen on ${where}: ${describe(cause)}`, { cause });
    this.code = cause.code ?? '';
  }

  shouldRetry(): boolean {
    return this.code === 'EADDRINUSE';
  }
}

function describe(cause: NodeJS.ErrnoException): string {
  switch (cause.code) {
    case 'EADDRINUSE':
      return 'another process does already';
    case 'EACCES':
      return 'this user may not';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine has no such address';
    default:
      return cause.message;
  }
}
