import { useRef, useSyncExternalStore } from 'react';
import { onResize } from './onResize';
import { ResultCard } from './ResultCard';
import { useRowsInView } from './useRowsInView';
import type { Found } from './useSearch';

const cardHeight = 180;
const gap = 12;

const columnsOf = (width: number) => (width < 960 ? 1 : width < 1600 ? 2 : 3);

/** The products found, and those awaited. Only the rows near the view are in the page, so that thousands scroll as easily as ten. */
export function Results({ slots, total }: { slots: readonly (Found | undefined)[]; total: number }) {
  const columns = useSyncExternalStore(onResize, () => columnsOf(innerWidth));
  const list = useRef<HTMLUListElement>(null);
  const rowCount = Math.ceil(slots.length / columns);
  const rows = useRowsInView(list, cardHeight + gap, rowCount);
  return (
    <ul ref={list} className="results" role="list" style={{ height: rowCount * (cardHeight + gap) }}>
      {rows.flatMap(row =>
        slots.slice(row * columns, (row + 1) * columns).map((product, column) => (
          <li
            key={product ? `${product.marketplace}:${product.id}` : row * columns + column}
            className={product ? undefined : 'skeleton'}
            aria-hidden={product ? undefined : true}
            aria-setsize={total}
            aria-posinset={row * columns + column + 1}
            style={{
              height: cardHeight,
              width: `calc((100% - ${(columns - 1) * gap}px) / ${columns})`,
              left: `calc((100% + ${gap}px) / ${columns} * ${column})`,
              top: row * (cardHeight + gap),
            }}
          >
            {product && <ResultCard product={product} />}
          </li>
        )),
      )}
    </ul>
  );
}
