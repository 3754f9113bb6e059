import { useLayoutEffect, useRef } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { pathOf } from '../shared/reference';
import { parseListing } from './listing';

/** The page's own box, which was there before the app. */
const first = document.querySelector<HTMLInputElement>('#q');

/** The one box: words are searched for, a listing's address or id leads to its product. */
export function SearchBox() {
  const [, navigate] = useLocation();
  const [parameters] = useSearchParams();
  const box = useRef<HTMLInputElement>(null);
  const current = parameters.get('q') ?? '';
  useLayoutEffect(() => {
    if (first?.value && box.current) {
      box.current.value = first.value;
      box.current.focus();
      first.value = '';
    }
  }, []);
  const search = (text: string) => {
    const listing = parseListing(text);
    if (listing) {
      navigate(pathOf(listing));
    } else if (text.trim() !== '') {
      navigate(`/search?${new URLSearchParams({ q: text.trim() })}`);
    } else {
      box.current?.focus();
    }
  };
  return (
    <form
      role="search"
      className="searchbox"
      onSubmit={event => {
        event.preventDefault();
        search(box.current?.value ?? '');
      }}
    >
      <label htmlFor="q" className="hidden">
        Search all marketplaces, or paste a listing's address or number
      </label>
      <input key={current} ref={box} id="q" name="q" type="search" defaultValue={current} maxLength={300} placeholder="Words, or a listing's address" autoComplete="off" enterKeyHint="search" />
      <button type="submit" className="primary">
        Search
      </button>
    </form>
  );
}
