import type { Renewal, SessionRenewalDeps } from './session-renewal.ts';

/** Its code is loaded after the first sign-in: it is an hour until it is needed. Where it cannot be, expiry costs a reconnect. */
export function lazyRenewal(deps: SessionRenewalDeps): Renewal {
  let renewal: Promise<Renewal | null> | null = null;
  return {
    connected() {
      renewal ??= import('./session-renewal.ts').then(
        ({ SessionRenewal }) => new SessionRenewal(deps),
        () => null,
      );
      void renewal.then((each) => each?.connected());
    },
    // After what `connected` began, also when the code is still on its way.
    disconnected: () => void renewal?.then((each) => each?.disconnected()),
  };
}
