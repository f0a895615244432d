import type { UserStore } from '../accounts/user.ts';
import type { CustomField, CustomFieldStore } from '../custom-fields/custom-field.ts';
import { type QueueDeps, type QueuePlace, queueReader } from '../rooms/queue.ts';
import type { Room, RoomStore } from '../rooms/room.ts';
import { type AgentInfo, agentInfoOf } from '../routing/agent-info.ts';
import { type ChooseDepartmentDeps, isOnline } from '../routing/choose-department.ts';
import type { RoutingDepartment } from '../routing/routing.ts';
import { sharedRead } from '../shared-read.ts';
import type { Trigger, TriggerStore } from '../triggers/trigger.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';

export type WidgetConfigDeps = ChooseDepartmentDeps &
  QueueDeps & {
    readonly customFields: CustomFieldStore;
    readonly rooms: RoomStore;
    readonly triggers: TriggerStore;
    readonly users: UserStore;
    readonly visitors: VisitorStore;
  };

/** Who opens the widget. */
export interface WidgetUse {
  /** The visitor's token; it may be nobody's yet. */
  readonly token: string | undefined;
  /** The department that the site has chosen for its visitors. */
  readonly departmentId: string | undefined;
}

/** What is the same for all visitors. */
interface Shared {
  /** Those that visitors may choose from. */
  readonly departments: readonly RoutingDepartment[];
  readonly triggers: readonly Trigger[];
  /** Those that the registration form asks for. */
  readonly customFields: readonly CustomField[];
  /** Whether anybody would answer in any department. */
  readonly isAnyoneOnline: boolean;
}

/** The visitor's own part; what there is none of is absent. */
interface Own {
  readonly guest?: Visitor;
  readonly room?: Room;
  readonly agent?: AgentInfo;
  /** Where the room waits, if it does and visitors are told. */
  readonly queueInfo?: QueuePlace;
}

/** What the widget needs to know, except for settings. */
export type WidgetConfig = Omit<Shared, 'isAnyoneOnline'> & Own & { readonly isOnline: boolean };

/**
 * Makes the function that finds out what the widget needs to know when it opens. Pages are opened often, so those who
 * ask at the same time share what is the same for all; a visitor's own part is as it is when they ask.
 */
export function widgetConfigReader(deps: WidgetConfigDeps): (use: WidgetUse) => Promise<WidgetConfig> {
  const readForAll = sharedRead(() => readShared(deps));
  const readQueue = queueReader(deps);
  return async ({ token, departmentId }) => {
    const [{ isAnyoneOnline, ...shared }, own, isDepartmentOnline] = await Promise.all([
      readForAll(),
      token === undefined ? {} : readOwn(deps, token, readQueue),
      departmentId === undefined ? undefined : isOnline(deps, departmentId),
    ]);
    return { ...shared, ...own, isOnline: isDepartmentOnline ?? isAnyoneOnline };
  };
}

async function readShared(deps: WidgetConfigDeps): Promise<Shared> {
  const [departments, triggers, visitorFields, isAnyoneOnline] = await Promise.all([
    deps.routing.listStaffedDepartments(),
    deps.triggers.listEnabled(),
    deps.customFields.listByScope('visitor'),
    isOnline(deps, undefined),
  ]);
  const customFields = visitorFields.filter((field) => field.public && field.visibility === 'visible');
  return { departments, triggers, customFields, isAnyoneOnline };
}

async function readOwn(
  { visitors, rooms, users, settings }: WidgetConfigDeps,
  token: string,
  readQueue: ReturnType<typeof queueReader>,
): Promise<Own> {
  const guest = await visitors.findByToken(token);
  if (guest === null) return {};
  const room = await rooms.findOpenByVisitor(guest._id);
  const agent = room?.servedBy ? await users.findById(room.servedBy._id) : null;
  const queueInfo = room && !room.servedBy ? await (await readQueue())?.placeOf(room._id) : undefined;
  return {
    guest,
    ...(room && { room }),
    ...(agent && { agent: agentInfoOf(settings, agent) }),
    ...(queueInfo && { queueInfo }),
  };
}
