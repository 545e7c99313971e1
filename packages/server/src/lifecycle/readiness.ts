/** Why the server is not ready, for machines; null when it is. */
export type NotReadyReason = 'starting' | 'draining';

/** Whether new connections are served: what `/readyz` answers. It starts with "starting" and never goes back to ready. */
export class Readiness {
  #reason: NotReadyReason | null = 'starting';

  get reason(): NotReadyReason | null {
    return this.#reason;
  }

  becomeReady(): void {
    if (this.#reason === 'starting') this.#reason = null;
  }

  startDraining(): void {
    this.#reason = 'draining';
  }
}
