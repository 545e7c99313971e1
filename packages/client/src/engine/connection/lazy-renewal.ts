import type { Renewal, SessionRenewalDeps } from './session-renewal.ts';

/** Its code is loaded after the first sign-in: it is an hour until it is needed. Where it cannot be, expiry costs a reconnect. */
export function lazyRenewal(deps: SessionRenewalDeps): Renewal {
  let renewal: Renewal | null = null;
  return {
    connected() {
      import('./session-renewal.ts')
        .then(({ SessionRenewal }) => {
          renewal ??= new SessionRenewal(deps);
          renewal.connected();
        })
        .catch(() => {});
    },
    disconnected: () => renewal?.disconnected(),
  };
}
