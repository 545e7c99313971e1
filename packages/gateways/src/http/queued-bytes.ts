import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';

/** Bytes of an answer that its connection has not taken yet. */
export function queuedBytesOf(response: ServerResponse | Http2ServerResponse): number {
  return 'stream' in response ? response.stream.writableLength : response.writableLength;
}
