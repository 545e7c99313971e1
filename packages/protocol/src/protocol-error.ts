/** What a peer did wrong on the wire. The connection is told the close code and ends; nothing else happens. */
export type Violation =
  | 'truncated'
  | 'varint-overflow'
  | 'number-too-large'
  | 'invalid-utf8'
  | 'wrong-wire-type'
  | 'invalid-tag'
  | 'frame-too-large'
  | 'invalid-json';

/** The only error that decoding throws, whatever the bytes (rule FR5). */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly violation: Violation;

  constructor(violation: Violation, detail = '') {
    super(detail === '' ? violation : `${violation}: ${detail}`);
    this.violation = violation;
  }
}
