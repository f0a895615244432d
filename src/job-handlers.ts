import { joinVisitorsData } from './domain/conversation/join-visitors.ts';
import { mergeVisitor } from './domain/conversation/merge-visitor.ts';
import { removeDepartmentData } from './domain/conversation/remove-department.ts';
import { removeRoomData } from './domain/conversation/remove-room.ts';
import { removeUserData } from './domain/conversation/remove-user.ts';
import { removeVisitorData } from './domain/conversation/remove-visitor.ts';
import type { Dependencies } from './domain/dependencies.ts';
import type { JobHandlers } from './storage/jobs/job-runner.ts';

/** What each kind of work does that outlives the request that asks for it. */
export const jobHandlers = (deps: Dependencies): JobHandlers => ({
  'join-visitors': (run) => joinVisitorsData(deps, run),
  'merge-visitor': (run) => mergeVisitor(deps, run),
  'remove-department': (run) => removeDepartmentData(deps, run),
  'remove-room': (run) => removeRoomData(deps, run),
  'remove-user': (run) => removeUserData(deps, run),
  'remove-visitor': (run) => removeVisitorData(deps, run),
});
