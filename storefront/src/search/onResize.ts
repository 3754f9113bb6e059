/** Calls back when the window has another size. */
export function onResize(callback: () => void): () => void {
  addEventListener('resize', callback);
  return () => removeEventListener('resize', callback);
}
