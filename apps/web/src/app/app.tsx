import type { Auth } from '@skein/client';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { SignIn } from '../features/sign-in/sign-in.tsx';
import { ClientProvider } from '../live/client-context.tsx';
import { openConversation } from './route.ts';
import { forgetUser, openClient, rememberedUser, rememberUser, takeUser } from './session.ts';
import { Shell } from './shell.tsx';
import { useStage, type Wish } from './use-stage.ts';

/**
 *   restore ──somebody remembered──▶ open ──sign out──▶ sign-in
 *    │   └───── nobody ─────▶ sign-in ──enter / register──▲ open
 *    └─ in another window ─▶ elsewhere ──use here / enter──▲ open
 */
export function App(): ReactNode {
  const [wish, setWish] = useState<Wish>({ kind: 'restore' });
  const stage = useStage(wish);
  const client = wish.kind === 'open' ? wish.client : null;
  const user = stage.at === 'signed-in' ? stage.me.id : null;
  useEffect(() => {
    let isOver = false;
    void rememberedUser().then((found) => {
      if (!isOver) setWish(found === null ? { kind: 'sign-in' } : wishFor(found));
    });
    return () => {
      isOver = true;
    };
  }, []);
  // A client owns a connection: the next one replaces it.
  useEffect(() => () => void client?.close(), [client]);
  useEffect(() => {
    if (user === null) return;
    rememberUser(user);
    takeUser(user);
  }, [user]);
  const signIn = useCallback(
    (auth: Auth) => setWish({ kind: 'open', client: openClient(auth), isRestored: false }),
    [],
  );
  const signOut = useCallback(async () => {
    await client?.signOut();
    if (user !== null) forgetUser(user);
    openConversation(null);
    setWish({ kind: 'sign-in' });
  }, [client, user]);
  if (stage.at === 'nothing') return null;
  if (stage.at === 'sign-in') {
    return <SignIn connection={stage.connection} elsewhere={stage.elsewhere} signIn={signIn} />;
  }
  return (
    // Another person is another page: nothing of the former one's state may remain.
    <ClientProvider client={stage.client} key={stage.me.device}>
      <Shell me={stage.me} signOut={signOut} />
    </ClientProvider>
  );
}

function wishFor({ user, isElsewhere }: { user: string; isElsewhere: boolean }): Wish {
  if (isElsewhere) return { kind: 'elsewhere', user };
  return { kind: 'open', client: openClient({ session: 'stored', user }), isRestored: true };
}
