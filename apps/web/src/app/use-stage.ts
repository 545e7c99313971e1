import type { Client, Connection, Me } from '@skein/client';
import { useEffect, useState } from 'react';
import { useLive } from '../live/use-live.ts';

/** What the page was asked to do. */
export type Wish =
  | { readonly kind: 'restore' }
  | { readonly kind: 'sign-in' }
  /** The remembered person is open in another window. */
  | { readonly kind: 'elsewhere'; readonly user: string }
  | { readonly kind: 'open'; readonly client: Client; readonly isRestored: boolean };

/** What the page shows. */
export type Stage =
  | { readonly at: 'nothing' }
  | { readonly at: 'sign-in'; readonly connection: Connection | null; readonly elsewhere: string | null }
  | { readonly at: 'signed-in'; readonly client: Client; readonly me: Me };

// A device that has to ask its storage first should not flash the sign-in page.
const PATIENCE_MS = 400;

/** Whether somebody is signed in: known from this device's storage before the network has answered. */
export function useStage(wish: Wish): Stage {
  const client = wish.kind === 'open' ? wish.client : null;
  const me = useLive(client?.me ?? null);
  const connection = useLive(client?.connection ?? null);
  const [patientWith, setPatientWith] = useState<Client | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setPatientWith(client), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [client]);
  if (wish.kind === 'restore') return { at: 'nothing' };
  if (wish.kind !== 'open') {
    return { at: 'sign-in', connection: null, elsewhere: wish.kind === 'elsewhere' ? wish.user : null };
  }
  if (connection?.state === 'blocked') {
    const isTaken = connection.error.code === 'client.store_in_use';
    return { at: 'sign-in', connection, elsewhere: isTaken ? (me?.id ?? null) : null };
  }
  if (me !== null) return { at: 'signed-in', client: wish.client, me };
  if (wish.isRestored && patientWith !== client) return { at: 'nothing' };
  return { at: 'sign-in', connection, elsewhere: null };
}
