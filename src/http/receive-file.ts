import type { Readable } from 'node:stream';
import busboy from 'busboy';
import type { Request } from 'express';
import { BodyError } from './request-body.ts';

/** A file in a form, as it arrives. */
export interface FormFile {
  /** Without a path, and without characters that do not belong in a name. */
  readonly name: string;
  /** The media type that the client says, in lower case and without parameters. */
  readonly type: string;
  readonly content: Readable;
}

export interface ReceivedForm<T> {
  /** What was made of the file; undefined if there was none. */
  readonly file: T | undefined;
  readonly fields: ReadonlyMap<string, string>;
}

const limits = { fields: 20, parts: 40, fieldNameSize: 100, fieldSize: 200_000, headerPairs: 50 };
const longestName = 255;

/** The fields of a form that are read; what others contain is not kept. */
export interface FormFields {
  /** The field with the file. */
  readonly file: string;
  readonly texts: readonly string[];
}

/** What becomes of the file in a form. */
export interface FileTaker<T> {
  /** Reads the file's whole content, or throws. */
  readonly take: (file: FormFile) => Promise<T>;
  /** Undoes that, if what comes after the file is wrong. */
  readonly discard: (taken: T) => Promise<void>;
}

/**
 * Receives a form with one file, whose headers have been checked.
 * @throws {BodyError} for a form that is malformed, cut off, or has several files; and what `take` throws.
 */
export async function receiveFile<T>(
  req: Request,
  wanted: FormFields,
  { take, discard }: FileTaker<T>,
): Promise<ReceivedForm<T>> {
  const parser = parserFor(req);
  const fields = new Map<string, string>();
  let taken: Promise<T> | undefined;
  let files = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      parser.on('field', (name, value) => {
        if (wanted.texts.includes(name)) fields.set(name, value);
      });
      parser.on('file', (name, content, { filename, mimeType }) => {
        files += 1;
        // Whoever sends several must not believe that all have arrived.
        if (files > 1) reject(new BodyError(400, 'a form has one file only'));
        if (name !== wanted.file || files > 1) return content.resume();
        taken = take({ name: cleanName(filename), type: cleanType(mimeType), content });
        // An error on the stream itself is the form's; it may come before anybody reads the file.
        content.on('error', () => undefined);
        taken.catch((error) => reject(error === content.errored ? unreadable() : error));
        return undefined;
      });
      parser.on('close', resolve);
      parser.on('error', () => reject(unreadable()));
      req.once('close', () => {
        if (!req.complete) reject(new BodyError(400, 'the form is cut off'));
      });
      req.pipe(parser);
    });
    return { file: await taken, fields };
  } catch (error) {
    req.unpipe(parser);
    // Whoever reads the file learns that there is no more.
    parser.destroy();
    const received = await taken?.catch(() => undefined);
    if (received !== undefined) await discard(received);
    throw error;
  }
}

/**
 * Looks at what a request says of its body.
 * @throws {BodyError} if that is not a form with files, or compressed.
 */
export function checkFormHeaders(req: Request): void {
  // What unfolds while it is read could be any size.
  if ((req.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new BodyError(415, 'a form with files must not be compressed');
  if (!req.is('multipart/form-data')) throw new BodyError(400, 'a file is sent as multipart/form-data');
}

const unreadable = (cause?: unknown) => new BodyError(400, 'the form cannot be read', { cause });

function parserFor(req: Request): busboy.Busboy {
  try {
    return busboy({ headers: req.headers, limits, defParamCharset: 'utf8' });
  } catch (cause) {
    throw unreadable(cause);
  }
}

const cleanName = (given: string | undefined): string => {
  const name = (given ?? '').replace(/[\p{Cc}\p{Cs}\p{Cf}/\\]/gu, '').trim();
  const short = [...name].slice(-longestName).join('');
  return short === '' || /^\.+$/.test(short) ? 'file' : short;
};

const cleanType = (given: string): string => {
  const [type = ''] = given.toLowerCase().split(';');
  return /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(type.trim()) ? type.trim() : 'application/octet-stream';
};
