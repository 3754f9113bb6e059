import { Component, lazy, Suspense, useLayoutEffect, type ReactNode } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { compared, comparisonOf } from './compare/compared';
import { SearchBox } from './search/SearchBox';
import { SearchPage } from './search/SearchPage';
import { scrollToStart } from './search/scroll';
import { StartPage } from './search/StartPage';
import { Account } from './session/Account';
import { Notice } from './shared/Notice';
import { Page } from './shared/Page';
import { parse } from './shared/reference';
import { useChangedCount, useLiveProducts, WatchedProducts } from './watch/useWatchedProducts';
import { watched } from './watch/watched';
import { ProductPage } from './product/ProductPage';

const WatchPage = lazy(() => import('./watch/WatchPage').then(({ WatchPage: it }) => ({ default: it })));
const ComparePage = lazy(() => import('./compare/ComparePage').then(({ ComparePage: it }) => ({ default: it })));

export function App() {
  const [path] = useLocation();
  const products = useLiveProducts();
  const changed = useChangedCount(products);
  const watching = watched.use().length;
  const comparing = compared.use();
  useLayoutEffect(scrollToStart, [path]);
  return (
    <WatchedProducts value={products}>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="top">
        <Link href="/" className="brand">
          <img src="/icon.svg" alt="" width="32" height="32" />
          <span>Marketplace</span>
        </Link>
        <SearchBox />
        <nav aria-label="Lists">
          <Link href="/watch">
            Watch list{watching > 0 && <span className="badge">{watching}</span>}
            {changed > 0 && <span className="badge new">{changed} changed</span>}
          </Link>
          <Link href={comparisonOf(comparing)}>Compare{comparing.length > 0 && <span className="badge">{comparing.length}</span>}</Link>
        </nav>
        <Account />
      </header>
      <TitleMark count={changed} />
      <Failure key={path}>
        <Suspense fallback={<main id="main" aria-busy="true" />}>
          <Switch>
            <Route path="/" component={StartPage} />
            <Route path="/search" component={SearchPage} />
            <Route path="/product/:marketplace/:id">
              {({ marketplace, id }) => {
                const reference = parse(`${marketplace}:${id}`);
                return reference ? <ProductPage key={path} reference={reference} /> : <Missing />;
              }}
            </Route>
            <Route path="/watch" component={WatchPage} />
            <Route path="/compare" component={ComparePage} />
            <Route component={Missing} />
          </Switch>
        </Suspense>
      </Failure>
      <footer>
        <p className="quiet">Prices and stock are the marketplaces' own; what you watch and compare stays in this browser.</p>
      </footer>
    </WatchedProducts>
  );
}

/** Puts the number of changed products before the title, which a page changes as it likes. */
function TitleMark({ count }: { count: number }) {
  useLayoutEffect(() => {
    const mark = () => {
      const plain = document.title.replace(/^\(\d+\) /, '');
      const wanted = count > 0 ? `(${count}) ${plain}` : plain;
      if (document.title !== wanted) {
        document.title = wanted;
      }
    };
    mark();
    const observer = new MutationObserver(mark);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [count]);
  return null;
}

function Missing() {
  return (
    <Page title="No such page">
      <Notice title="There is nothing at this address.">Search for what you look for, or go back.</Notice>
    </Page>
  );
}

/** Reports a view that could not be shown, such as after an update of the shop while it was open. */
class Failure extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? (
      <Page title="This page could not be shown">
        <Notice title="Something went wrong on our side." isProblem action={<button type="button" onClick={() => location.reload()}>Load again</button>} />
      </Page>
    ) : (
      this.props.children
    );
  }
}
