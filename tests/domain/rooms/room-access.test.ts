import type { Inquiry } from '../../../src/domain/rooms/inquiry.ts';
import type { Room } from '../../../src/domain/rooms/room.ts';
import { canAccessRoom, type RoomAccessDeps } from '../../../src/domain/rooms/room-access.ts';

const room = (more: Partial<Room> = {}): Room => ({
  _id: 'r',
  t: 'l',
  ts: new Date(),
  v: { _id: 'v' },
  open: true,
  ...more,
});
const closed = (more: Partial<Room> = {}): Room => {
  const { open: _, ...rest } = room(more);
  return rest;
};

interface Scene {
  /** Besides the one that agents have. */
  readonly permissions?: readonly string[];
  readonly isAgent?: boolean;
  readonly routing?: string;
  readonly inquiry?: Partial<Inquiry> | null;
  readonly departments?: readonly string[];
  readonly roles?: readonly string[];
}

/** Whether Ann may read the room. */
function mayAnn(given: Room, scene: Scene = {}): Promise<boolean> {
  const { isAgent = true, routing = 'Manual_Selection', inquiry = { status: 'queued' } } = scene;
  const permissions = [...(isAgent ? ['view-l-room'] : []), ...(scene.permissions ?? [])];
  const deps = {
    access: { hasPermission: (_user: unknown, permission: string) => permissions.includes(permission) },
    settings: { get: () => routing },
    inquiries: { findByRoom: async () => inquiry },
    routing: { listDepartmentIdsOfAgent: async () => scene.departments ?? [] },
  } as unknown as RoomAccessDeps;
  return canAccessRoom(deps, { _id: 'ann', roles: scene.roles ?? ['livechat-agent'] }, given);
}

describe('An open room may be read', () => {
  it('by whoever serves it, and by those who may see all rooms', async () => {
    expect(await mayAnn(room({ servedBy: { _id: 'ann', ts: new Date() } }))).toBe(true);
    expect(await mayAnn(room({ servedBy: { _id: 'bob', ts: new Date() } }))).toBe(false);
    expect(
      await mayAnn(room({ servedBy: { _id: 'bob', ts: new Date() } }), {
        permissions: ['view-livechat-rooms'],
      }),
    ).toBe(true);
  });

  it('by nobody who is no agent any more, whoever serves it', async () => {
    const served = room({ servedBy: { _id: 'ann', ts: new Date() } });
    expect(await mayAnn(served, { isAgent: false })).toBe(false);
    expect(await mayAnn(room(), { isAgent: false })).toBe(false);
  });

  it('by every agent who could take it from the queue', async () => {
    expect(await mayAnn(room())).toBe(true);
    expect(await mayAnn(room(), { routing: 'Auto_Selection' })).toBe(false);
    expect(await mayAnn(room(), { inquiry: null })).toBe(false);
    expect(await mayAnn(room(), { inquiry: { status: 'taken' } })).toBe(false);
  });

  it("by the department's agents, by managers, and by the agent whom the visitor asked for", async () => {
    const inquiry = { status: 'queued', department: 'sales' } as const;
    expect(await mayAnn(room(), { inquiry })).toBe(false);
    expect(await mayAnn(room(), { inquiry, departments: ['sales'] })).toBe(true);
    expect(await mayAnn(room(), { inquiry, roles: ['livechat-manager'] })).toBe(true);
    const defaultAgent = { agentId: 'ann', username: 'ann' };
    expect(await mayAnn(room(), { inquiry: { ...inquiry, defaultAgent } })).toBe(true);
  });
});

describe('A closed room may be read', () => {
  it("by whoever served it, and by those who may see other agents' rooms", async () => {
    expect(await mayAnn(closed())).toBe(false);
    expect(await mayAnn(closed({ servedBy: { _id: 'ann', ts: new Date() } }))).toBe(true);
    expect(await mayAnn(closed(), { permissions: ['view-livechat-room-closed-by-another-agent'] })).toBe(
      true,
    );
  });

  it("by the department's agents, if they have the permission", async () => {
    const permissions = ['view-livechat-room-closed-same-department'];
    const ofSales = closed({ departmentId: 'sales' });
    expect(await mayAnn(ofSales, { permissions, departments: ['sales'] })).toBe(true);
    expect(await mayAnn(ofSales, { permissions, departments: ['other'] })).toBe(false);
    expect(await mayAnn(ofSales, { departments: ['sales'] })).toBe(false);
    expect(await mayAnn(closed(), { permissions, departments: ['sales'] })).toBe(false);
  });
});
