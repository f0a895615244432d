// `npm start`: one process, so that signals sent to it reach the service itself.

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, install, root, stopWithNpm } from './prepare.mjs';

install();
build();
stopWithNpm();
await import(pathToFileURL(path.join(root, 'dist', 'main.js')).href);
