import type { Plugin } from 'vite';

const link = /<link rel="stylesheet"[^>]*href="\/([^"]+)"[^>]*>/g;

/** Writes the entry's styles into the page, which then shows something as soon as it has come. The host allows them by their hash. */
export function inlineStyles(): Plugin {
  return {
    name: 'inline-styles',
    enforce: 'post',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle }) =>
        html.replaceAll(link, (tag, file: string) => {
          const styles = bundle?.[file];
          return styles?.type === 'asset' ? `<style>${String(styles.source).trim()}</style>` : tag;
        }),
    },
  };
}
