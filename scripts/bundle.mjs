// Puts the service and the packages that it uses, 1,700 files, into a few: it starts in a third of the time.

import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';

/** Packages that bring native code, or files that are served. */
const packagesWithFiles = ['@rocket.chat/livechat', 'bcrypt', 'lmdb', 'swagger-ui-dist'];
/** What the driver and `ws` use if it is installed. */
const optional = [
  '@aws-sdk/credential-providers',
  '@mongodb-js/zstd',
  'aws4',
  'bufferutil',
  'gcp-metadata',
  'kerberos',
  'mongodb-client-encryption',
  'snappy',
  'socks',
  'utf-8-validate',
];

const { outputFiles } = await build({
  entryPoints: ['dist/main.js'],
  outdir: 'dist',
  allowOverwrite: true,
  write: false,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  // Packages that are CommonJS call `require` for what Node itself has.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  // The embedded database starts a thread from a file beside its own.
  external: ['./embedded-mongo/*', ...packagesWithFiles, ...optional],
  logLevel: 'warning',
});

/** V8 keeps a program in twice the memory if one letter in it is beyond Latin 1, as in some of validator's patterns. */
const inAscii = (program) =>
  program.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

for (const { path, text } of outputFiles) writeFileSync(path, path.endsWith('.js') ? inAscii(text) : text);
