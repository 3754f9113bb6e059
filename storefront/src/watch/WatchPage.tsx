import { memo } from 'react';
import { Link } from 'wouter';
import { describeStock } from '../product/stock';
import { formatAge, formatMoney } from '../shared/format';
import { isSafeImage } from '../shared/images';
import { Notice } from '../shared/Notice';
import { Page } from '../shared/Page';
import { nameOf, pathOf, write } from '../shared/reference';
import { useOnline } from '../shared/useOnline';
import { hasChanged, markSeen, snapshotOf, toggleWatched, watched, type Snapshot, type Watched } from './watched';
import { useWatchedProducts, type WatchedProduct } from './useWatchedProducts';
import './watch.css';

export function WatchPage() {
  const items = watched.use();
  const products = useWatchedProducts();
  const isOnline = useOnline();
  return (
    <Page title="Watch list – Marketplace" heading="Watch list">
      {!isOnline && (
        <Notice title="You are offline" isProblem>
          Changes are shown when the connection is back.
        </Notice>
      )}
      {items.length === 0 ? (
        <Notice title="You watch nothing yet">Press “Watch” beside a product: its price and stock are then followed here as they change.</Notice>
      ) : (
        <ul className="watchlist" role="list">
          {items.map(item => (
            <Row key={write(item)} item={item} product={products.get(write(item))} />
          ))}
        </ul>
      )}
    </Page>
  );
}

/** Drawn anew only where its own product has changed. */
const Row = memo(function Row({ item, product }: { item: Watched; product: WatchedProduct }) {
  if (product === undefined) {
    return <li className="skeleton row" aria-label={`Listing ${item.id} is being read`} />;
  }
  const stop = (title: string) => (
    <button type="button" className="toggle" aria-label={`Stop watching ${title}`} onClick={() => toggleWatched(item)}>
      Stop watching
    </button>
  );
  if (product === null) {
    return (
      <li className="row">
        <div className="noimage" />
        <div className="text">
          <p>
            {nameOf(item.marketplace)} has no listing {item.id} any more, or could not be asked.
          </p>
        </div>
        <div className="actions">{stop(item.id)}</div>
      </li>
    );
  }
  const now = snapshotOf(product);
  const before = item.seen && hasChanged(item.seen, now) ? item.seen : undefined;
  const image = product.imageUrls.find(isSafeImage);
  return (
    <li className={before ? 'row changed' : 'row'}>
      {image ? <img src={image} alt="" width="88" height="88" loading="lazy" referrerPolicy="no-referrer" /> : <div className="noimage" />}
      <div className="text">
        <h2>
          <Link href={pathOf(item)}>{product.title}</Link>
        </h2>
        <p aria-live="polite">
          {now.status !== 'GONE' && (
            <>
              <span className="price">{priceOf(now)}</span> ·{' '}
            </>
          )}
          {stockOf(now, product.endsAt)}
          {before && <span className="was"> · Was: {[priceOf(before) !== priceOf(now) && priceOf(before), stockOf(before) !== stockOf(now) && stockOf(before)].filter(Boolean).join(', ')}</span>}
        </p>
        <p className="quiet">
          {nameOf(item.marketplace)} · read {formatAge(product.fetchedAt)}
        </p>
      </div>
      <div className="actions">
        {before && (
          <button type="button" onClick={() => markSeen(item, now)}>
            Got it
          </button>
        )}
        {stop(product.title)}
      </div>
    </li>
  );
});

const priceOf = ({ amount, currency, isBid }: Snapshot) =>
  amount !== null && currency !== null ? `${formatMoney(amount, currency)}${isBid ? ' current bid' : ''}` : 'No price named';

const stockOf = ({ status, quantity, moreThan }: Snapshot, endsAt?: string | null) => describeStock(status === null ? null : { status, quantity, moreThan }, endsAt).text;
