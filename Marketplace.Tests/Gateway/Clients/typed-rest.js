// Makes types of the OpenAPI document at the address given, checks rest.ts with them and runs it.
import { writeFileSync } from 'node:fs';
import openapi, { astToString } from 'openapi-typescript';
import ts from 'typescript';

const [address] = process.argv.slice(2);
writeFileSync('rest-types.ts', astToString(await openapi(new URL('openapi/v1.json', address))));

const program = ts.createProgram(['rest.ts'], {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
  skipLibCheck: true,
});
const diagnostics = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, ts.createCompilerHost({})));

const { read } = await import('./rest.js');
console.log(JSON.stringify(await read(address)));
