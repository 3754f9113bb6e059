import { useLayoutEffect } from 'react';

/** Whether this view was come to by back, forward or reload, so that its place is to be found again. */
let isReturn = true;
addEventListener('popstate', () => (isReturn = true));
addEventListener('pushState', () => (isReturn = false)); // wouter's own event
history.scrollRestoration = 'manual';

/** How many are shown is no other view: it changes while one scrolls. */
function keyOf(): string {
  const parameters = new URLSearchParams(location.search);
  parameters.delete('show');
  return `scroll ${location.pathname}?${parameters}`;
}

/** Keeps how far this view was scrolled, and goes back there once its content is in place. */
export function useKeptScroll(isReady: boolean): void {
  useLayoutEffect(() => {
    const key = keyOf();
    const keep = () => sessionStorage.setItem(key, String(scrollY));
    addEventListener('scrollend', keep);
    return () => removeEventListener('scrollend', keep);
  }, []);
  useLayoutEffect(() => {
    if (isReady && isReturn) {
      scrollTo(0, Number(sessionStorage.getItem(keyOf()) ?? 0));
      isReturn = false;
    }
  }, [isReady]);
}

/** To the top, where the view was come to by a link. */
export function scrollToStart(): void {
  if (!isReturn) {
    scrollTo(0, 0);
  }
}
