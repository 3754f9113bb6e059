import { useEffect, useRef, type ReactNode } from 'react';

let isFirst = true;

/** A view with its title. Moving to it moves the focus to its heading, as a page's load would. */
export function Page({ title, heading, children }: { title: string; heading?: ReactNode; children: ReactNode }) {
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirst) {
      top.current?.focus({ preventScroll: true });
    }
    isFirst = false;
  }, []);
  return (
    <main id="main">
      <title>{title}</title>
      <h1 ref={top} tabIndex={-1}>
        {heading ?? title}
      </h1>
      {children}
    </main>
  );
}
