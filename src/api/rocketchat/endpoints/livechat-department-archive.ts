import { type ArchiveDepartmentDeps, setArchived } from '../../../domain/routing/archive-department.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ _id: string('id') }) });

/** `POST livechat/department/:_id/archive`: disables a department and puts it into the archive. */
export const livechatDepartmentArchive = (deps: ArchiveDepartmentDeps) =>
  endpoint({
    operationId: 'livechat-department-archive',
    method: 'post',
    path: '/livechat/department/:_id/archive',
    access: { kind: 'all-of', permissions: ['manage-livechat-departments'] },
    input: accepted,
    handle: async ({ _id }) => {
      await setArchived(deps, _id, true);
      return {};
    },
  });
