import { useRef } from 'react';
import sheet from './description.css?url';
import { sanitize } from './sanitize';

/** Markup of a paragraph kind; anything else is plain text whose lines are kept. */
const isHtml = (text: string) => /<[a-z][^>]*>/i.test(text);

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * A description from strangers: sanitised, then shown in a frame in which no script runs and no form is sent.
 * The frame has this page's origin so that its height can be read, which without scripts gives it nothing.
 */
export default function Description({ text }: { text: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const body = isHtml(text) ? sanitize(text) : `<p class="plain">${escape(text)}</p>`;
  const page = `<!doctype html><html lang="und"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><title>Description</title><link rel="stylesheet" href="${sheet}"></head><body>${body}</body></html>`;
  const fit = () => {
    const content = frame.current?.contentDocument?.documentElement;
    if (frame.current && content) {
      frame.current.style.height = `${content.scrollHeight}px`;
    }
  };
  const watch = () => {
    fit();
    const content = frame.current?.contentDocument;
    if (content) {
      new ResizeObserver(fit).observe(content.body);
    }
  };
  return <iframe ref={frame} className="description" title="Description by the seller" sandbox="allow-same-origin" srcDoc={page} onLoad={watch} />;
}
