import { useEffect, useMemo, useRef, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { Marketplace } from '../graphql/generated/graphql';
import { formatNumber } from '../shared/format';
import { Notice } from '../shared/Notice';
import { Page } from '../shared/Page';
import { findMarketplace, marketplaces as all, nameOf, pathOf } from '../shared/reference';
import { useOnline } from '../shared/useOnline';
import { guessListing } from './listing';
import { Results } from './Results';
import { useKeptScroll } from './scroll';
import { interleave, pageSize, slotsOf, useSearch } from './useSearch';
import './search.css';

/** After this long a marketplace is said to be slow, in milliseconds. */
const slowAfter = 2_500;

/** What was found; its address holds the words (q), the marketplaces (in) and how many are shown (show). */
export function SearchPage() {
  const [parameters, setParameters] = useSearchParams();
  const text = (parameters.get('q') ?? '').trim();
  const chosenNames = parameters.getAll('in').join();
  const chosen = useMemo(() => {
    const named = chosenNames.split(',').map(findMarketplace).filter(marketplace => marketplace !== undefined);
    return named.length > 0 ? named : all;
  }, [chosenNames]);
  const wanted = Math.max(pageSize, Number(parameters.get('show')) || 0);
  const { answers, retry } = useSearch(text, chosen, wanted);
  const slots = interleave(answers.map(answer => slotsOf(answer, wanted)));
  const hasFound = answers.some(answer => answer.found.length > 0);
  const total = answers.reduce((sum, answer) => sum + answer.total, 0);
  const isLoading = answers.some(answer => answer.isLoading);
  const problems = answers.filter(answer => answer.problem);
  const isOnline = useOnline();
  const isSlow = useLasting(isLoading, slowAfter);
  const guess = guessListing(text);
  useKeptScroll(hasFound && !isLoading);

  const more = () =>
    setParameters(
      before => {
        before.set('show', String(wanted + pageSize));
        return before;
      },
      { replace: true },
    );
  const hasMore = !isLoading && answers.some(answer => answer.hasMore && !answer.problem);

  return (
    <Page title={`${text} – Marketplace`} heading={<>Results for “{text}”</>}>
      {all.length > 1 && <MarketplaceFilter chosen={chosen} />}
      {guess && (
        <p>
          <Link href={pathOf(guess)}>
            Open listing {guess.id} on {nameOf(guess.marketplace)}
          </Link>
        </p>
      )}
      {!isOnline && (
        <Notice title="You are offline" isProblem>
          What was found before is still here. The search goes on when the connection is back.
        </Notice>
      )}
      {problems.map(({ marketplace, problem }) => (
        <Notice
          key={marketplace}
          title={problem?.title ?? ''}
          isProblem
          action={
            <button type="button" onClick={retry}>
              Try again
            </button>
          }
        >
          {problem?.advice}
        </Notice>
      ))}
      <p role="status" className="quiet count">
        {isLoading && !hasFound
          ? isSlow
            ? `${waitingFor(answers)} is taking longer than usual…`
            : 'Searching…'
          : hasFound
            ? `${formatNumber(total)} found${isLoading && isSlow ? `; still waiting for ${waitingFor(answers)}` : ''}`
            : ''}
      </p>
      {slots.length > 0 && <Results slots={slots} total={total} />}
      {hasMore && <More key={wanted} onReached={more} />}
      {!hasFound && !isLoading && problems.length === 0 && (
        <Notice title="Nothing found">Try fewer or other words, or paste the address of a listing into the box.</Notice>
      )}
      {hasFound && !isLoading && !hasMore && problems.length === 0 && <p className="quiet end">That is all.</p>}
    </Page>
  );
}

const waitingFor = (answers: readonly { marketplace: Marketplace; isLoading: boolean }[]) =>
  answers.filter(answer => answer.isLoading).map(answer => nameOf(answer.marketplace)).join(' and ');

function MarketplaceFilter({ chosen }: { chosen: readonly Marketplace[] }) {
  const [, setParameters] = useSearchParams();
  const toggle = (marketplace: Marketplace) =>
    setParameters(before => {
      const next = all.filter(each => chosen.includes(each) !== (each === marketplace));
      before.delete('in');
      if (next.length < all.length) {
        next.forEach(each => before.append('in', each.toLowerCase()));
      }
      return before;
    });
  return (
    <fieldset className="filter">
      <legend>Marketplaces</legend>
      {all.map(marketplace => (
        <label key={marketplace}>
          <input type="checkbox" checked={chosen.includes(marketplace)} onChange={() => toggle(marketplace)} />
          {nameOf(marketplace)}
        </label>
      ))}
    </fieldset>
  );
}

/** Asks for more when it comes near the view; a button for those who do not scroll. */
function More({ onReached }: { onReached: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const reached = useRef(onReached);
  reached.current = onReached;
  useEffect(() => {
    const observer = new IntersectionObserver(
      entries => {
        if (entries.some(entry => entry.isIntersecting)) {
          observer.disconnect();
          reached.current();
        }
      },
      { rootMargin: '600px' },
    );
    if (button.current) {
      observer.observe(button.current);
    }
    return () => observer.disconnect();
  }, []);
  return (
    <button ref={button} type="button" className="more" onClick={onReached}>
      Show more
    </button>
  );
}

/** Whether something has held for a while, in milliseconds. */
function useLasting(holds: boolean, while_: number): boolean {
  const [has, setHas] = useState(false);
  useEffect(() => {
    setHas(false);
    if (!holds) {
      return;
    }
    const timer = setTimeout(() => setHas(true), while_);
    return () => clearTimeout(timer);
  }, [holds, while_]);
  return has;
}
