import { ProtocolError, type Violation } from '../protocol-error.ts';

/** What the peer did wrong, or null; anything but a ProtocolError goes through and fails the test. */
export function violationOf(run: () => void): Violation | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ProtocolError) return error.violation;
    throw error;
  }
}
