import type { Plugin } from 'vite';

const call = /\bgraphql\(`\s*(query|mutation|subscription|fragment)\s+(\w+)[^`]*`\)/g;

/** Puts the generated document in the place of an operation's text, and nothing in that of a fragment's, of which only the type is used: so the texts, and all documents in a map by them, are in no bundle. */
export function documents(): Plugin {
  return {
    name: 'documents',
    transform(code, id) {
      const generated = id.includes('/src/') ? /from ['"](.*\/graphql\/generated)['"]/.exec(code)?.[1] : undefined;
      if (generated === undefined) {
        return undefined;
      }
      const names = new Set<string>();
      const replaced = code.replaceAll(call, (_, kind: string, name: string) => {
        if (kind === 'fragment') {
          return 'undefined';
        }
        names.add(`${name}Document`);
        return `${name}Document`;
      });
      return `${replaced}\nimport { ${[...names].join(', ')} } from '${generated}/graphql';`;
    },
  };
}
