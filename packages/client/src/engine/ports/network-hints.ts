/**
 * What the platform knows about the world around the program. `online`: a network appeared, do not wait. `offline`: it is
 * said to be gone, make sure. `visible`: a person
 * looks again, so make sure the connection lives. `hidden`: may be frozen any moment, write everything down.
 */
export type NetworkHint = 'online' | 'offline' | 'visible' | 'hidden';

export interface NetworkHints {
  /**
   * Calls `listener` until the returned function is called.
   *
   * Errors: none.
   */
  subscribe(listener: (hint: NetworkHint) => void): () => void;
}
