import type { Settings } from '../../../domain/settings/settings.ts';
import { routingConfig } from '../routing-config.ts';
import { method } from './method.ts';

/** `livechat:getRoutingConfig`: what `livechat/config/routing` answers, which the mobile apps call by this name. */
export const getRoutingConfig = ({ settings }: { readonly settings: Settings }) =>
  method({
    name: 'livechat:getRoutingConfig',
    access: { kind: 'user' },
    parameters: [],
    handle: async () => routingConfig(settings),
  });
