import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { StoredFile } from '../../domain/rooms/attachment.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { CallLimits, Dialect } from '../../http/dialect.ts';
import { plainText, sendStatus } from '../../http/plain-text.ts';
import { visitorLimits } from '../../http/visitor-limits.ts';
import { type FileUploadDeps, fileUpload } from './endpoints/file-upload.ts';

/** Files change as little as their ids do, but they are deleted with their visitors. */
const lifetimeSeconds = 3_600;

/** What browsers show without running anything in it; everything else is for saving. */
const shown = new Set([
  'audio/aac',
  'audio/mp4',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'audio/webm',
  'image/avif',
  'image/bmp',
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/webp',
  'video/mp4',
  'video/ogg',
  'video/webm',
]);

/** The files that were sent in conversations. */
export const files = (
  deps: FileUploadDeps & { readonly settings: Settings },
): Dialect<StoredFile | null> => ({
  owns: ['/file-upload'],
  endpoints: [fileUpload(deps)],
  checks: ['limit'],
  authenticate: () => undefined,
  authorize: () => undefined,
  limitsOf: () => limitsOf(deps.settings),
  sendSuccess: (file, exchange) =>
    file === null ? plainText.sendFailure({ kind: 'unknown-path' }, exchange) : sendFile(exchange.res, file),
  sendFailure: (failure, exchange) =>
    failure.kind === 'refused' ? sendStatus(exchange.res, 403) : plainText.sendFailure(failure, exchange),
});

/** Whose file it is does not show, so addresses have the limit of those who may be many visitors. */
function limitsOf(settings: Settings): CallLimits {
  const { byAddress } = visitorLimits(settings);
  return settings.get('API_Enable_Rate_Limiter') && byAddress ? { byAddress } : {};
}

async function sendFile(res: Response, { name, type, size, content }: StoredFile): Promise<void> {
  const isShown = shown.has(type);
  res.setHeader('Content-Type', isShown ? type : 'application/octet-stream');
  res.setHeader('Content-Length', size);
  const disposition = isShown ? 'inline' : 'attachment';
  res.setHeader('Content-Disposition', `${disposition}; filename*=UTF-8''${encoded(name)}`);
  // Whatever it is, nothing in it runs, and it asks for nothing.
  res.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
  res.setHeader('Cache-Control', `private, max-age=${lifetimeSeconds}`);
  await pipeline(Readable.from(content), res);
}

/** A name as it stands in a header. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
