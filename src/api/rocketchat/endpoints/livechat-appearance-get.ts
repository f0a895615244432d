import type { SettingStore } from '../../../domain/settings/settings.ts';
import { appearanceSettings } from '../appearance-settings.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';

const accepted = params('legacy', {});

/** `GET livechat/appearance`: the settings of how the widget looks and what it says. */
export const livechatAppearanceGet = ({ settings }: { readonly settings: SettingStore }) =>
  endpoint({
    operationId: 'livechat-appearance-get',
    method: 'get',
    path: '/livechat/appearance',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async () => ({ appearance: await settings.list(appearanceSettings) }),
  });
