import { useEffect, useMemo, useRef, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { Marketplace } from '../graphql/generated/graphql';
import { formatNumber } from '../shared/format';
import { Notice } from '../shared/Notice';
import { Page } from '../shared/Page';
import { findMarketplace, marketplaces as all, nameOf, pathOf } from '../shared/reference';
import { useOnline } from '../shared/useOnline';
import { filterOf } from './filter';
import { Filters } from './Filters';
import { guessListing } from './listing';
import { Results } from './Results';
import { useKeptScroll } from './scroll';
import { interleave, pageSize, slotsOf, useSearch } from './useSearch';
import './search.css';

/** After this long a marketplace is said to be slow, in milliseconds. */
const slowAfter = 2_500;

/** What was found; its address holds the words (q), the marketplaces (in), the filter and how many are shown (show). */
export function SearchPage() {
  const [parameters, setParameters] = useSearchParams();
  const text = (parameters.get('q') ?? '').trim();
  const chosenNames = parameters.getAll('in').join();
  const chosen = useMemo(() => {
    const named = chosenNames.split(',').map(findMarketplace).filter(marketplace => marketplace !== undefined);
    return named.length > 0 ? named : all;
  }, [chosenNames]);
  const filterText = ['min', 'max', 'condition', 'stock'].map(name => `${name}=${parameters.get(name) ?? ''}`).join('&');
  const filter = useMemo(() => filterOf(new URLSearchParams(filterText)), [filterText]);
  const isNarrowed = Object.keys(filter).length > 0;
  const wanted = Math.max(pageSize, Number(parameters.get('show')) || 0);
  const { answers, retry } = useSearch(text, filter, chosen, wanted);
  const slots = interleave(answers.map(answer => slotsOf(answer, wanted)));
  const hasFound = answers.some(answer => answer.found.length > 0);
  const total = answers.reduce((sum, answer) => sum + answer.total, 0);
  const isLoading = answers.some(answer => answer.isLoading);
  const problems = answers.filter(answer => answer.problem);
  const hasFailed = problems.some(({ problem }) => !problem?.isFinal);
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
      <Filters chosen={chosen} filter={filter} />
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
          isProblem={!problem?.isFinal}
          action={
            !problem?.isFinal && (
              <button type="button" onClick={retry}>
                Try again
              </button>
            )
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
      {!hasFound && !isLoading && !hasFailed && (
        <Notice title="Nothing found" action={isNarrowed && <Link href={`/search?${new URLSearchParams({ q: text })}`}>Search without filters</Link>}>
          Try fewer or other words, or paste the address of a listing into the box.
        </Notice>
      )}
      {hasFound && !isLoading && !hasMore && !hasFailed && <p className="quiet end">That is all.</p>}
    </Page>
  );
}

const waitingFor = (answers: readonly { marketplace: Marketplace; isLoading: boolean }[]) =>
  answers.filter(answer => answer.isLoading).map(answer => nameOf(answer.marketplace)).join(' and ');

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
