import { decodeMessage, ProtocolError, readContent } from '@skein/protocol';

/** [RQ10] Whether bytes are an encoding of Content. */
export function isContent(bytes: Uint8Array): boolean {
  try {
    decodeMessage(readContent, bytes);
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}
