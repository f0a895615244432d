import { routingMethodOf } from '../../domain/routing/availability.ts';
import type { Settings } from '../../domain/settings/settings.ts';

/** What Rocket.Chat's clients for agents go by; each is named as there. */
export interface RoutingConfig {
  readonly previewRoom: boolean;
  readonly showConnecting: boolean;
  readonly showQueue: boolean;
  readonly showQueueLink: boolean;
  readonly returnQueue: boolean;
  readonly enableTriggerAction: boolean;
  readonly autoAssignAgent: boolean;
}

/** As Rocket.Chat has it for the routing method that is set: agents take chats from a queue, or are given them. */
export function routingConfig(settings: Settings): RoutingConfig {
  const takesFromQueue = routingMethodOf(settings) === 'Manual_Selection';
  return {
    previewRoom: takesFromQueue,
    showConnecting: takesFromQueue,
    showQueue: false,
    showQueueLink: !takesFromQueue,
    returnQueue: takesFromQueue,
    enableTriggerAction: !takesFromQueue,
    autoAssignAgent: !takesFromQueue,
  };
}
