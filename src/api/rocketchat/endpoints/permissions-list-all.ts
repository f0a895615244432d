import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';
import { readUpdatedSince } from '../validation/updated-since.ts';

const accepted = params('typed', { query: object({ updatedSince: optional(nullable(string('word'))) }) });

/**
 * `GET permissions.listAll`: which roles hold which permissions, or those of them that have changed since a time. None
 * is ever removed.
 */
export const permissionsListAll = ({ permissions }: Pick<Dependencies, 'permissions'>) =>
  endpoint({
    operationId: 'permissions-list-all',
    method: 'get',
    path: '/permissions.listAll',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ updatedSince }) => {
      const since = readUpdatedSince(updatedSince);
      const all = permissions.list();
      return { update: since ? all.filter(({ _updatedAt }) => _updatedAt >= since) : all, remove: [] };
    },
  });
