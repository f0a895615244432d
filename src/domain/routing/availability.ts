import type { Settings } from '../settings/settings.ts';
import type { Availability, RoutingMethod, RoutingStore, SelectedAgent } from './routing.ts';

/** Which agents count as available, by the settings. */
export const availabilityOf = (settings: Settings): Availability => ({
  whenIdle: settings.get('Livechat_enabled_when_agent_idle'),
  whenOffline: settings.get('Livechat_accept_chats_with_no_agents'),
});

/** The routing method; those of an enterprise licence choose agents too, and are treated as `Auto_Selection`. */
export const routingMethodOf = (settings: Settings): RoutingMethod =>
  settings.get('Livechat_Routing_Method') === 'Manual_Selection' ? 'Manual_Selection' : 'Auto_Selection';

export interface BotDeps {
  readonly routing: RoutingStore;
  readonly settings: Settings;
}

const botsComeFirst = (settings: Settings): boolean =>
  settings.get('Livechat_assign_new_conversation_to_bot');

/** Whether anybody would get a new chat, in the department or at all: an available agent or, by a setting, a bot. */
export async function isStaffed(
  { routing, settings }: BotDeps,
  departmentId: string | undefined,
): Promise<boolean> {
  if (botsComeFirst(settings) && (await routing.hasAvailable(departmentId, 'bots'))) return true;
  return routing.hasAvailable(departmentId, availabilityOf(settings));
}

/** The bot who gets the next new chat, which is counted as theirs; null if bots get none. */
export async function takeNextBot(
  { routing, settings }: BotDeps,
  departmentId: string | undefined,
): Promise<SelectedAgent | null> {
  return botsComeFirst(settings) ? routing.takeNext(departmentId, 'bots') : null;
}
