import { useCallback, useSyncExternalStore, type RefObject } from 'react';
import { onResize } from './onResize';

/** Rows kept above and below the view, so that a quick scroll or a tab key meets them. */
const spare = 4;

function onScroll(callback: () => void): () => void {
  addEventListener('scroll', callback, { passive: true });
  const end = onResize(callback);
  return () => {
    removeEventListener('scroll', callback);
    end();
  };
}

/** Numbers of the rows, all of one height in pixels, that are near the window's view. Renders anew only when these change. */
export function useRowsInView(list: RefObject<HTMLElement | null>, rowHeight: number, count: number): number[] {
  const first = useCallback(() => {
    const above = list.current ? -list.current.getBoundingClientRect().top : 0;
    return Math.max(0, Math.floor(above / rowHeight) - spare);
  }, [list, rowHeight]);
  const start = Math.min(useSyncExternalStore(onScroll, first), Math.max(0, count - 1));
  const rows = useSyncExternalStore(onResize, () => Math.ceil(innerHeight / rowHeight)) + 2 * spare;
  return Array.from({ length: Math.max(0, Math.min(rows, count - start)) }, (_, index) => start + index);
}
