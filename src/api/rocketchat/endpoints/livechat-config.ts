import { type WidgetConfigDeps, widgetConfigReader } from '../../../domain/widget/read-widget-config.ts';
import { endpoint } from '../endpoint.ts';
import { disabledWidgetConfig, presentWidgetConfig, type WidgetSettings } from '../present-widget-config.ts';
import { params } from '../validation/params.ts';
import { object, optional, string } from '../validation/schema.ts';

const query = object({
  token: optional(string('token')),
  department: optional(string('id')),
  businessUnit: optional(string('id')),
});

const accepted = params('legacy', { query });

/** `GET livechat/config`: all that the widget needs to know when it opens. There are no business units. */
export const livechatConfig = (deps: WidgetConfigDeps & WidgetSettings) => {
  const readWidgetConfig = widgetConfigReader(deps);
  return endpoint({
    operationId: 'livechat-config',
    method: 'get',
    path: '/livechat/config',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token ?? '',
    handle: async ({ token, department }, { isWidget }) => {
      if (!deps.settings.get('Livechat_enabled')) return { config: disabledWidgetConfig };
      const use = { token: token || undefined, departmentId: department || undefined };
      return { config: presentWidgetConfig(deps, await readWidgetConfig(use), isWidget) };
    },
  });
};
