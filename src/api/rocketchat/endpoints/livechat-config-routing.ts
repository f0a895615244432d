import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { routingConfig } from '../routing-config.ts';
import { params } from '../validation/params.ts';

const accepted = params('typed', {});

/** `GET livechat/config/routing`: what agents' clients show and offer, by how chats get their agent. */
export const livechatConfigRouting = ({ settings }: Pick<Dependencies, 'settings'>) =>
  endpoint({
    operationId: 'livechat-config-routing',
    method: 'get',
    path: '/livechat/config/routing',
    access: { kind: 'user' },
    input: accepted,
    handle: async () => ({ config: routingConfig(settings) }),
  });
