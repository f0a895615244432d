import type { Dependencies } from './dependencies.ts';
import type { Visitor } from './visitor.ts';

type Deps = Pick<Dependencies, 'rooms' | 'inquiries' | 'subscriptions'>;

/** Shows the visitor's name on its open rooms, in the queue and to the agents. */
export async function renameOpenRooms(deps: Deps, { token, name }: Visitor): Promise<void> {
  if (token === undefined || !name) return;
  const rooms = await deps.rooms.listOpenByToken(token);
  await renameRooms(
    deps,
    rooms.map(({ _id }) => _id),
    name,
  );
}

/** Shows a name on rooms, in the queue and to the agents. */
export async function renameRooms(deps: Deps, ids: readonly string[], name: string): Promise<void> {
  if (ids.length === 0) return;
  await Promise.all([
    deps.rooms.rename(ids, name),
    deps.inquiries.rename(ids, name),
    deps.subscriptions.rename(ids, name),
  ]);
}
