import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../Marketplace.Gateway/schema.graphql',
  documents: ['src/**/*.{ts,tsx}', '!src/graphql/generated/**'],
  generates: {
    'src/graphql/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: { unmaskFunctionName: 'readFragment' } },
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
