import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with `package.json`. It is searched for, since the build puts modules into other folders. */
export const projectFolder = folderAbove(fileURLToPath(import.meta.url));

function folderAbove(file: string): string {
  const folder = path.dirname(file);
  return folder === file || existsSync(path.join(folder, 'package.json')) ? folder : folderAbove(folder);
}
