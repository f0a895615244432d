import { countPresent, listPresent, type PresenceFilter } from '../../../domain/visits/present-visitors.ts';
import type { PublicIdStore } from '../../../domain/visits/public-ids.ts';
import type { VisitState } from '../../../domain/visits/visit-state.ts';
import { listEndpoint, seesVisitors } from '../endpoint.ts';
import { countOf, groupsOf, stateOf } from '../params.ts';
import { type PresentDeps, presentVisitors } from '../present-visitor.ts';

interface Asked {
  readonly state: VisitState | undefined;
  readonly groups: readonly number[] | undefined;
  readonly onlyNumber: boolean;
}

/** `GET visitors`: those who are on the site now, or how many they are. */
export const visitors = (deps: PresentDeps) =>
  listEndpoint({
    operationId: 'livechatinc-visitors',
    method: 'get',
    path: '/visitors',
    access: seesVisitors,
    input: async (req): Promise<Asked> => ({
      state: stateOf(req),
      groups: groupsOf(req),
      onlyNumber: countOf(req),
    }),
    handle: (asked) => answer(deps, asked),
  });

/** `GET visitors/chatting`: the path of the first version, which clients of the second still use. */
export const visitorsChatting = (deps: PresentDeps) =>
  listEndpoint({
    operationId: 'livechatinc-visitors-chatting',
    method: 'get',
    path: '/visitors/chatting',
    access: seesVisitors,
    input: async (req): Promise<Asked> => ({
      state: 'chatting',
      groups: groupsOf(req),
      onlyNumber: countOf(req),
    }),
    handle: (asked) => answer(deps, asked),
  });

async function answer(deps: PresentDeps, { state, groups, onlyNumber }: Asked): Promise<object> {
  const filter: PresenceFilter = { state, departmentIds: groups && (await departmentsOf(deps, groups)) };
  if (onlyNumber) return { count: await countPresent(deps, filter) };
  return presentVisitors(deps, await listPresent(deps, filter));
}

/** Group 0 is no department; a group that does not exist is nobody's. */
async function departmentsOf(
  { publicIds }: { readonly publicIds: PublicIdStore },
  groups: readonly number[],
): Promise<(string | null)[]> {
  const found = await Promise.all(
    [...new Set(groups)].map(async (number) => {
      if (number === 0) return [null];
      const id = await publicIds.findByNumber('group', number);
      return id === null ? [] : [id];
    }),
  );
  return found.flat();
}
