import { NO_XML, type Xml } from '../xml/write-xml.ts';

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
  | 'undefined-condition'
  | 'unsupported-encoding'
  | 'unsupported-stanza-type'
  | 'unsupported-version';

/** The peer broke the rules of the stream itself: it is told and the stream ends, RFC 6120 §4.9. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly condition: StreamCondition;
  /** RFC 6120 §4.9.4: what an extension says beside the condition. */
  readonly specific: Xml;

  constructor(condition: StreamCondition, detail = '', specific = NO_XML) {
    super(detail);
    this.condition = condition;
    this.specific = specific;
  }
}
