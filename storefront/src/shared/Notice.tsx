import type { ReactNode } from 'react';

/** Says what happened and what to do. A problem is read out at once, anything else when the reader pauses. */
export function Notice({ title, children, action, isProblem = false }: { title: string; children?: ReactNode; action?: ReactNode; isProblem?: boolean }) {
  return (
    <div className={isProblem ? 'notice problem' : 'notice'} role={isProblem ? 'alert' : 'status'}>
      <strong>{title}</strong>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}
