import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const src = path.resolve('src');

/** What each part may import of the others; a part may always import itself. */
const allowed: Record<string, readonly string[]> = {
  api: ['domain', 'http', 'observability', 'realtime'],
  config: ['domain'],
  delivery: ['domain', 'observability'],
  domain: [],
  'embedded-mongo': [],
  enrichment: ['domain', 'observability'],
  http: ['domain', 'observability'],
  observability: ['config', 'domain'],
  realtime: ['domain', 'http', 'observability'],
  storage: ['domain', 'observability'],
  widget: ['domain', 'http'],
};

/**
 * The layers of the domain and of storage, the lowest first: a folder imports only what comes before it. `.` stands
 * for the files directly in the part; those named here have a layer of their own.
 */
const layers: Record<string, readonly string[]> = {
  domain: [
    '.',
    'text',
    'settings',
    'triggers',
    'custom-fields',
    'accounts',
    'visitors',
    'routing',
    'contacts',
    'rooms',
    'visits',
    'bans',
    'erasures',
    'messages',
    'deliveries',
    'webhooks',
    'visitor-details',
    'offline-messages',
    'transcripts',
    'pages',
    'widget',
    'events.ts',
    'changes',
    'conversation',
    'dependencies.ts',
  ],
  storage: [
    'memory-table',
    'mongodb',
    'text-search',
    'jobs',
    'feed',
    'settings',
    'accounts',
    'custom-fields',
    'triggers',
    'visitor-search',
    'visitors',
    'routing',
    'contacts',
    'rooms',
    'visits',
    'bans',
    'erasures',
    'messages',
    'deliveries',
    'webhooks',
    'visitor-details',
    'offline-messages',
    'pages',
    'changes',
    '.',
  ],
};

const sourceFiles = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const partOf = (file: string) => file.split(path.sep).slice(0, -1)[0];

const relativeImports = (file: string): string[] => {
  const text = readFileSync(path.join(src, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)[^;]*?from '(\.[^']+)'/gms)].map(([, target = '']) =>
    path.relative(src, path.resolve(src, path.dirname(file), target)),
  );
};

const imports = new Map(sourceFiles.map((file) => [file, relativeImports(file)]));

/** The layer of a file in a part that has layers. */
function layerOf(part: string, file: string): number {
  const inPart = path.relative(part, file);
  const list = layers[part] ?? [];
  const own = list.indexOf(inPart);
  return own === -1 ? list.indexOf(path.dirname(inPart).split(path.sep)[0] ?? '') : own;
}

/** Import cycles among files, including imports of types, each once. */
function cycles(): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at !== -1) found.push(trail.slice(at));
    if (at !== -1 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of sourceFiles) visit(file, []);
  return found;
}

describe('The direction of imports', () => {
  it.each(Object.keys(allowed))('%s imports only what it may', (part) => {
    const may = new Set([part, ...(allowed[part] ?? [])]);
    const wrong = sourceFiles
      .filter((file) => partOf(file) === part)
      .flatMap((file) => (imports.get(file) ?? []).map((target) => [file, target] as const))
      .filter(([, target]) => !may.has(partOf(target) ?? ''));
    expect(wrong).toEqual([]);
  });

  it.each(Object.keys(layers))('%s has layers, and each folder imports only those below', (part) => {
    const inPart = sourceFiles.filter((file) => partOf(file) === part);
    expect(inPart.filter((file) => layerOf(part, file) === -1)).toEqual([]);
    const wrong = inPart
      .flatMap((file) => (imports.get(file) ?? []).map((target) => [file, target] as const))
      .filter(([, target]) => partOf(target) === part)
      .filter(([file, target]) => layerOf(part, target) > layerOf(part, file));
    expect(wrong).toEqual([]);
  });

  it('has no cycles, not even of types', () => {
    expect(cycles()).toEqual([]);
  });

  it('leads to the embedded database through one file, as ADR 2 says', () => {
    const knowing = sourceFiles.filter(
      (file) =>
        partOf(file) !== 'embedded-mongo' &&
        (imports.get(file) ?? []).some((target) => partOf(target) === 'embedded-mongo'),
    );
    expect(knowing).toEqual(['embedded-database.ts']);
  });

  it('enters a dialect by its dialect.ts, and what bypasses Express by one file', () => {
    const doors = {
      'api/rocketchat': 'dialect.ts',
      'api/tracker': 'dialect.ts',
      'http/express': 'application.ts',
    };
    for (const [folder, door] of Object.entries(doors)) {
      const around = folder.startsWith('http/') ? 'http' : folder;
      const wrong = sourceFiles
        .filter((file) => !file.startsWith(`${around}/`))
        .flatMap((file) => (imports.get(file) ?? []).map((target) => [file, target] as const))
        .filter(([, target]) => target.startsWith(`${folder}/`) && target !== `${folder}/${door}`);
      expect(wrong).toEqual([]);
    }
  });

  it('knows every part', () => {
    expect(new Set(sourceFiles.map(partOf).filter((part) => part !== undefined))).toEqual(
      new Set(Object.keys(allowed)),
    );
  });

  it('keeps express and mongodb out of the domain, and mongodb out of the dialects and realtime', () => {
    const mentions = (part: string, library: string) =>
      sourceFiles.filter(
        (file) =>
          partOf(file) === part && readFileSync(path.join(src, file), 'utf8').includes(`from '${library}'`),
      );
    expect([
      ...mentions('domain', 'express'),
      ...mentions('domain', 'mongodb'),
      ...mentions('api', 'mongodb'),
      ...mentions('realtime', 'mongodb'),
    ]).toEqual([]);
  });
});
