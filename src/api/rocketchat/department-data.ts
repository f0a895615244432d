import {
  arrayOf,
  boolean,
  nullable,
  number,
  object,
  openObject,
  optional,
  string,
} from './validation/schema.ts';

const flag = optional(nullable(boolean()));

/** A department, as a manager writes it; what it does not name is ignored. */
export const departmentData = openObject({
  name: string('name'),
  email: string('email'),
  enabled: boolean(),
  showOnRegistration: boolean(),
  showOnOfflineForm: boolean(),
  description: optional(nullable(string('description'))),
  requestTagBeforeClosingChat: flag,
  chatClosingTags: optional(nullable(arrayOf(string('id')))),
  fallbackForwardDepartment: optional(nullable(string('id'))),
  departmentsAllowedToForward: optional(nullable(arrayOf(string('id')))),
  allowReceiveForwardOffline: flag,
  offlineMessageChannelName: optional(nullable(string('name'))),
});

/** Accepted but not used, as in a Rocket.Chat without a licence. */
export const departmentUnit = optional(object({ _id: optional(string('id')) }));

/** An agent's number in a department. */
export const amount = optional(nullable(number()));

/** An agent in a department, as a manager names them; what it does not name is ignored. */
export const departmentAgent = openObject({ agentId: string('id'), count: amount, order: amount });
