import type { Client, Me, SkeinError } from '@skein/client';
import { useEffect, useState } from 'react';
import { useLive } from '../live/use-live.ts';

export type SignedIn =
  | { readonly state: 'unknown' }
  | { readonly state: 'in'; readonly me: Me }
  | { readonly state: 'out'; readonly error: SkeinError | null };

// A device that has to ask its storage first should not flash the sign-in page.
const PATIENCE_MS = 400;

/** Whether somebody is signed in: known from this device's storage before the network has answered. */
export function useSignedIn(client: Client): SignedIn {
  const me = useLive(client.me);
  const connection = useLive(client.connection);
  const [isPatient, setIsPatient] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setIsPatient(false), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (connection.state === 'blocked') return { state: 'out', error: connection.error };
  if (me !== null) return { state: 'in', me };
  return isPatient ? { state: 'unknown' } : { state: 'out', error: null };
}
