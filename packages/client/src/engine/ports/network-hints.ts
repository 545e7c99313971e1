/**
 * What the platform knows about the world around the program. `online`: a network appeared, do not wait. `visible`: a person
 * looks again, so make sure the connection lives. `hidden`: may be frozen any moment, write everything down.
 */
export type NetworkHint = 'online' | 'visible' | 'hidden';

export interface NetworkHints {
  /**
   * Calls `listener` until the returned function is called.
   *
   * Errors: none.
   */
  subscribe(listener: (hint: NetworkHint) => void): () => void;
}
