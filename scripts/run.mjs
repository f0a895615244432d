// Runs a compiled file (`node scripts/run.mjs dist/embedded-mongo/cli.js --port 27017`) after installing what is
// missing and building what is stale. It runs in this process, so that it receives signals.

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, install, root, stopWithNpm } from './prepare.mjs';

install();
build();
stopWithNpm();
const [file] = process.argv.splice(2, 1);
await import(pathToFileURL(path.join(root, file)).href);
