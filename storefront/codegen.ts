import type { CodegenConfig } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

const config: CodegenConfig = {
  schema: '../Marketplace.Gateway/schema.graphql',
  documents: ['src/**/*.{ts,tsx}', '!src/graphql/generated/**'],
  generates: {
    'src/graphql/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: { unmaskFunctionName: 'readFragment' },
        persistedDocuments: { mode: 'embedHashInDocument', hashAlgorithm: 'sha256' },
      },
      // The cache asks for it everywhere, so what is registered has it too.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: {
        scalars: { Decimal: 'number', URL: 'string', DateTime: 'string', _Any: 'never' },
        defaultScalarType: 'unknown',
        strictScalars: true,
        enumsAsConst: true,
        useTypeImports: true,
      },
    },
  },
};

export default config;
