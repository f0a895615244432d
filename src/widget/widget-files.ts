import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Rocket.Chat's widget as it is on npm; nothing of it is changed. */
const folder = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@rocket.chat/livechat/package.json')),
  'build',
);

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
  '.png': 'image/png',
};

/** A file's bytes, plain and compressed. */
interface Contents {
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

export interface WidgetFile {
  readonly contentType: string;
  /** Whether its name has a hash of what it holds. */
  readonly isHashed: boolean;
  /** Read and compressed when first asked for, and kept. */
  read(): Promise<Contents>;
}

/** The page of the widget as the package has it. */
export const readWidgetPage = (): string => readFileSync(path.join(folder, 'index.html'), 'utf8');

/** The files that the page and its host load, by name: about 60, of 6 MB in all with the source maps. */
export function listWidgetFiles(): ReadonlyMap<string, WidgetFile> {
  const names = readdirSync(folder).filter((name) => path.extname(name) in contentTypes);
  return new Map(names.map((name) => [name, createFile(name)]));
}

function createFile(name: string): WidgetFile {
  let contents: Promise<Contents> | undefined;
  return {
    contentType: contentTypes[path.extname(name)] ?? '',
    isHashed: /\.[0-9a-f]{5}\.|^[0-9a-f]{32}\./.test(name),
    read() {
      contents ??= readContents(name).catch((error: unknown) => {
        contents = undefined;
        throw error;
      });
      return contents;
    },
  };
}

async function readContents(name: string): Promise<Contents> {
  const plain = await readFile(path.join(folder, name));
  return { plain, gzipped: await promisify(gzip)(plain, { level: 9 }) };
}
