// What `npm start`, `npm test` and `npm run bench` do first: install what is missing, build what is stale.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => path.join(root, ...parts);
const modifiedAt = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

function newestIn(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestIn(file) : modifiedAt(file));
  }
  return newest;
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** Installs the dependencies when none are there or the lock file is newer than what is installed. */
export function install() {
  if (modifiedAt(at('node_modules', '.package-lock.json')) >= modifiedAt(at('package-lock.json'))) return;
  console.error('Installing dependencies …');
  // Build tools are development dependencies, so they are asked for even where NODE_ENV is production.
  run('npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund']);
  writeFileSync(at('node_modules', '.package-lock.json'), '', { flag: 'a' });
}

/** Compiles src/ to dist/ when a source is newer than the last build; `force` compiles always. */
export function build({ force = false } = {}) {
  const stamp = at('dist', '.built');
  const sources = Math.max(
    newestIn(at('src')),
    modifiedAt(at('tsconfig.json')),
    modifiedAt(at('tsconfig.build.json')),
  );
  if (!force && modifiedAt(stamp) >= sources) return;
  console.error('Building …');
  rmSync(at('dist'), { recursive: true, force: true });
  run(process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
  writeFileSync(stamp, '');
}
