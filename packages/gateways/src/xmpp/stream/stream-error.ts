/** RFC 6120 §4.9.3: the conditions that we have reason to give. */
export type StreamCondition =
  | 'bad-format'
  | 'bad-namespace-prefix'
  | 'conflict'
  | 'connection-timeout'
  | 'host-unknown'
  | 'improper-addressing'
  | 'internal-server-error'
  | 'invalid-from'
  | 'invalid-namespace'
  | 'invalid-xml'
  | 'not-authorized'
  | 'not-well-formed'
  | 'policy-violation'
  | 'reset'
  | 'resource-constraint'
  | 'restricted-xml'
  | 'system-shutdown'
  | 'unsupported-encoding'
  | 'unsupported-stanza-type'
  | 'unsupported-version';

/** The peer broke the rules of the stream itself: it is told and the stream ends, RFC 6120 §4.9. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly condition: StreamCondition;

  constructor(condition: StreamCondition, detail = '') {
    super(detail);
    this.condition = condition;
  }
}
