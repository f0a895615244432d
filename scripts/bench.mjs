// `npm run bench`: runs all benchmarks, or the named ones: `npm run bench -- http`.

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, buildBench, install, root } from './prepare.mjs';

install();
build();
buildBench();
await import(pathToFileURL(path.join(root, 'dist-bench', 'bench', 'main.js')).href);
