import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const src = path.resolve('src');

/** What each part may import of the others; a part may always import itself. */
const allowed: Record<string, readonly string[]> = {
  api: ['domain', 'http', 'observability'],
  config: [],
  domain: [],
  'embedded-mongo': [],
  http: ['domain', 'observability'],
  observability: ['config', 'domain'],
  storage: ['domain', 'observability'],
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

describe('The direction of imports', () => {
  it.each(Object.keys(allowed))('%s imports nothing but what it may', (part) => {
    const may = new Set([part, ...(allowed[part] ?? [])]);
    const wrong = sourceFiles
      .filter((file) => partOf(file) === part)
      .flatMap((file) => relativeImports(file).map((target) => [file, target] as const))
      .filter(([, target]) => !may.has(partOf(target) ?? ''));
    expect(wrong).toEqual([]);
  });

  it('knows every part', () => {
    expect(new Set(sourceFiles.map(partOf).filter((part) => part !== undefined))).toEqual(
      new Set(Object.keys(allowed)),
    );
  });

  it('keeps express and mongodb out of the domain, and mongodb out of the dialects', () => {
    const mentions = (part: string, library: string) =>
      sourceFiles.filter(
        (file) =>
          partOf(file) === part && readFileSync(path.join(src, file), 'utf8').includes(`from '${library}'`),
      );
    expect([
      ...mentions('domain', 'express'),
      ...mentions('domain', 'mongodb'),
      ...mentions('api', 'mongodb'),
    ]).toEqual([]);
  });
});
