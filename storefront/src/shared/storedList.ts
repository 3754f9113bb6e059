import { useSyncExternalStore } from 'react';

/** A list kept in the browser, the same in every tab. */
export interface StoredList<T> {
  read(): readonly T[];
  write(change: (items: readonly T[]) => readonly T[]): void;
  use(): readonly T[];
}

/** What another version of the app left there is dropped, as is all where the browser keeps nothing. */
export function storedList<T>(name: string, isItem: (value: unknown) => value is T): StoredList<T> {
  const listeners = new Set<() => void>();
  let items = load();

  function load(): readonly T[] {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(name) ?? '[]');
      return Array.isArray(kept) ? kept.filter(isItem) : [];
    } catch {
      return [];
    }
  }

  const notify = () => listeners.forEach(listener => listener());
  addEventListener('storage', event => {
    if (event.key === name || event.key === null) {
      items = load();
      notify();
    }
  });

  const read = () => items;
  return {
    read,
    write(change) {
      items = change(items);
      try {
        localStorage.setItem(name, JSON.stringify(items));
      } catch {
        // A private window or a full disk: the list lasts as long as the page.
      }
      notify();
    },
    use: () =>
      useSyncExternalStore(listener => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      }, read),
  };
}
