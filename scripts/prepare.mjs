// What `npm start`, `npm test` and `npm run bench` do first: install what is missing, build what is stale.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

function packagesIn(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}

/**
 * Whether node_modules has every package in the lock file, in the right version; optional ones depend on the
 * platform.
 */
function isInstalled() {
  const installed = packagesIn(at('node_modules', '.package-lock.json'));
  return Object.entries(packagesIn(at('package-lock.json'))).every(
    ([name, { version, optional }]) => name === '' || optional || installed[name]?.version === version,
  );
}

/** Installs the dependencies in the lock file if one of them is missing or has another version. */
export function install() {
  if (isInstalled()) return;
  console.error('Installing dependencies …');
  // Build tools are development dependencies, so they are installed even if NODE_ENV is production.
  run('npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund']);
}

/**
 * Stops this process along with the npm that runs it. A shell between the two dies of a signal without passing it on;
 * without this, the process would be left behind and keep the port and the data occupied.
 */
export function stopWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 200);
  watch.unref();
}

/** Compiles src/ to dist/, and bundles the service, if a source is newer than the last build, or always with `force`. */
export function build({ force = false } = {}) {
  compile('tsconfig.build.json', 'dist', ['src', 'scripts'], { force, after: [at('scripts', 'bundle.mjs')] });
}

/** Compiles the benchmarks, with the sources that they measure, to dist-bench/. */
export function buildBench() {
  compile('tsconfig.bench.json', 'dist-bench', ['src', 'bench']);
}

function compile(project, folder, sources, { force = false, after = [] } = {}) {
  const stamp = at(folder, '.built');
  const settings = ['tsconfig.json', 'tsconfig.build.json', project].map((file) => modifiedAt(at(file)));
  const newest = Math.max(...settings, ...sources.map((source) => newestIn(at(source))));
  if (!force && modifiedAt(stamp) >= newest) return;
  console.error('Building …');
  rmSync(at(folder), { recursive: true, force: true });
  run(process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', project]);
  for (const script of after) run(process.execPath, [script]);
  writeFileSync(stamp, '');
}
