import type { Auth, Client } from '@skein/client';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { SignIn } from '../features/sign-in/sign-in.tsx';
import { ClientProvider } from '../live/client-context.tsx';
import { openConversation } from './route.ts';
import { openClient, rememberedAuth, rememberTabUser } from './session.ts';
import { Shell } from './shell.tsx';
import { useSignedIn } from './use-signed-in.ts';

/**
 *   restoring ──session found──▶ signed in ──sign out──▶ signed out
 *       └──────none──────▶ signed out ──sign in / register──▲ signed in
 */
export function App(): ReactNode {
  const [client, setClient] = useState<Client | null>(null);
  useEffect(() => {
    // Made in an effect, not while rendering: a client owns a connection and has to be closed.
    const restored = openClient(rememberedAuth());
    // oxlint-disable-next-line react/set-state-in-effect -- once, when the page starts
    setClient(restored);
    return () => void restored.close();
  }, []);
  const signIn = useCallback(
    (auth: Auth) => {
      void client?.close();
      setClient(openClient(auth));
    },
    [client],
  );
  const signOut = useCallback(async () => {
    await client?.signOut();
    rememberTabUser(null);
    openConversation(null);
    setClient(openClient({ session: 'stored', user: '' }));
  }, [client]);
  if (client === null) return null;
  return <Session key={clientKey(client)} client={client} signIn={signIn} signOut={signOut} />;
}

interface SessionProps {
  readonly client: Client;
  readonly signIn: (auth: Auth) => void;
  readonly signOut: () => Promise<void>;
}

function Session({ client, signIn, signOut }: SessionProps): ReactNode {
  const status = useSignedIn(client);
  useEffect(() => {
    if (status.state === 'in') rememberTabUser(status.me.id);
  }, [status]);
  if (status.state === 'unknown') return null;
  if (status.state === 'out') return <SignIn client={client} error={status.error} signIn={signIn} />;
  return (
    <ClientProvider client={client}>
      <Shell me={status.me} signOut={signOut} />
    </ClientProvider>
  );
}

const keys = new WeakMap<Client, number>();
let keyCount = 0;

/** A new client is a new page: nothing of the former one's state may remain. */
function clientKey(client: Client): number {
  const key = keys.get(client) ?? ++keyCount;
  keys.set(client, key);
  return key;
}
