import { useSyncExternalStore } from 'react';

/** How one signs in: with an account of a provider, or in development with a local key; undefined where nobody can. The host writes it into the page. */
export const signIn = document.querySelector<HTMLMetaElement>('meta[name=sign-in]')?.content as 'provider' | 'development' | undefined;

const listeners = new Set<() => void>();

/** Who is signed in; null for nobody, undefined while that is not known. */
let name: string | null | undefined;

function know(who: string | null): void {
  name = who;
  listeners.forEach(listener => listener());
}

async function read(): Promise<void> {
  try {
    const answer = await fetch('/session');
    know(answer.ok ? ((await answer.json()) as { name: string | null }).name : null);
  } catch {
    know(null); // no network: what needs no session is there all the same
  }
}

if (signIn) {
  void read();
}

export const useSession = (): string | null | undefined =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => name,
  );

/** Ends the session here, and at the provider where it says how; from there the browser comes back. */
export async function signOut(): Promise<void> {
  const answer = await fetch('/sign-out', { method: 'POST' });
  know(null);
  if (answer.status === 200) {
    location.assign(((await answer.json()) as { to: string }).to);
  }
}
