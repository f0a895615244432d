import type { Settings } from '../settings/settings.ts';
import type { Availability, RoutingMethod } from './routing.ts';

/** Which agents count as available, by the settings. */
export const availabilityOf = (settings: Settings): Availability => ({
  whenIdle: settings.get('Livechat_enabled_when_agent_idle'),
  whenOffline: settings.get('Livechat_accept_chats_with_no_agents'),
});

/** The routing method; those of an enterprise licence choose agents too, and are treated as `Auto_Selection`. */
export const routingMethodOf = (settings: Settings): RoutingMethod =>
  settings.get('Livechat_Routing_Method') === 'Manual_Selection' ? 'Manual_Selection' : 'Auto_Selection';
