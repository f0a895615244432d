import { AppError } from '../../../domain/errors.ts';
import {
  checkUpload,
  discardUpload,
  sendUpload,
  storeUpload,
  type UploadFileDeps,
} from '../../../domain/messages/upload-file.ts';
import { textOfWidget } from '../../../domain/text/html.ts';
import { BodyReceiver, type InputReader } from '../../../http/endpoint.ts';
import { checkFormHeaders, type FormFields, receiveFile } from '../../../http/receive-file.ts';
import { endpoint } from '../endpoint.ts';
import type { DocumentPayload } from '../envelope.ts';
import { forbidden } from '../errors.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const path = params('legacy', { path: object({ rid: string('id') }) });

const accepted: InputReader<{ readonly rid: string; readonly token: string }> = async (req, access) => {
  const target = await path(req, access);
  checkFormHeaders(req);
  return { ...target, token: req.get('x-visitor-token') ?? '' };
};

const wanted: FormFields = { file: 'file', texts: ['msg', 'description'] };

/** `POST livechat/upload/:rid`: a visitor sends a file, as `file` in a form, with a `description`. */
export const livechatUploadRid = (deps: UploadFileDeps) =>
  endpoint({
    operationId: 'livechat-upload-rid',
    method: 'post',
    path: '/livechat/upload/:rid',
    access: { kind: 'public' },
    rateLimit: { calls: 20, perMs: 60_000 },
    receivesBody: true,
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async (target, { isWidget }) => {
      if (target.token === '') throw forbidden();
      await checkUpload(deps, target);
      return new BodyReceiver<DocumentPayload>(async (req) => {
        const { file, fields } = await receiveFile(req, wanted, {
          take: (each) => storeUpload(deps, target, each),
          discard: (stored) => discardUpload(deps, stored),
        });
        if (file === undefined) throw new AppError('error-no-file-uploaded');
        const read = (name: string) =>
          isWidget ? textOfWidget(fields.get(name) ?? '') : (fields.get(name) ?? '');
        const text = { msg: read('msg'), description: read('description') };
        return { ...(await sendUpload(deps, target, file, text)) };
      });
    },
  });
