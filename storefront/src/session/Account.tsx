import { useLocation, useSearch } from 'wouter';
import { signIn, signOut, useSession } from './session';

/** Who is signed in, or the way to it. Its place is kept while that is being read. */
export function Account() {
  const name = useSession();
  const [path] = useLocation();
  const search = useSearch();
  if (!signIn) {
    return null;
  }
  if (name) {
    return (
      <span className="account">
        {name}
        <button type="button" className="toggle" onClick={() => void signOut()}>
          Sign out
        </button>
      </span>
    );
  }
  const to = search ? `${path}?${search}` : path;
  return (
    <a className={name === undefined ? 'account unknown' : 'account'} href={`/sign-in?${new URLSearchParams({ to })}`}>
      Sign in{signIn === 'development' && <span className="badge">local key</span>}
    </a>
  );
}
