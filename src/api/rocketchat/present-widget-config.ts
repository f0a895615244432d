import { survey } from '../../domain/conversation/answer-survey.ts';
import type { CustomField } from '../../domain/custom-fields/custom-field.ts';
import { placeForWidget } from '../../domain/messages/widget-message.ts';
import type { Room } from '../../domain/rooms/room.ts';
import { routingMethodOf } from '../../domain/routing/availability.ts';
import type { RoutingDepartment } from '../../domain/routing/routing.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { escapeHtml } from '../../domain/text/html.ts';
import type { Trigger } from '../../domain/triggers/trigger.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import type { WidgetConfig } from '../../domain/widget/read-widget-config.ts';

export interface WidgetSettings {
  readonly settings: Settings;
  readonly rootUrl: () => string;
}

/**
 * Where livechat is disabled, Rocket.Chat says just that, and the widget of 2022 shows its button all the same. With
 * the rest it shows nothing.
 */
export const disabledWidgetConfig = {
  enabled: false,
  online: false,
  settings: { displayOfflineForm: false },
  departments: [],
};

/**
 * The widget's configuration as Rocket.Chat 8 answers it. What there is none of (`guest`, `room`, `agent`) is left
 * out: the widget of 2022 fails on a null.
 * @param isWidget whether the widget itself asks, which takes some of the texts for HTML.
 */
export const presentWidgetConfig = (
  { settings, rootUrl }: WidgetSettings,
  { isOnline, departments, triggers, customFields, guest, room, agent, queueInfo }: WidgetConfig,
  isWidget: boolean,
) => ({
  enabled: true,
  settings: presentSwitches(settings),
  theme: presentTheme(settings),
  messages: presentTexts(settings, isWidget),
  survey,
  triggers: isWidget ? triggers.map(escapedTrigger) : triggers,
  departments: departments.map(presentDepartment),
  // Relative to the page where the widget itself asks, since its policy admits only its own origin.
  resources: { sound: `${isWidget ? '' : `${rootUrl()}/`}livechat/chime.wav`, emojis: [] },
  online: isOnline,
  customFields: customFields.map(presentCustomField),
  ...(guest && { guest: presentGuest(guest) }),
  ...(room && { room: presentRoom(room) }),
  ...(agent && { agent }),
  ...(queueInfo && { queueInfo: isWidget ? placeForWidget(queueInfo) : queueInfo }),
});

const presentSwitches = (settings: Settings) => ({
  registrationForm: settings.get('Livechat_registration_form'),
  allowSwitchingDepartments: settings.get('Livechat_allow_switching_departments'),
  nameFieldRegistrationForm: settings.get('Livechat_name_field_registration_form'),
  emailFieldRegistrationForm: settings.get('Livechat_email_field_registration_form'),
  displayOfflineForm: settings.get('Livechat_display_offline_form'),
  videoCall: false,
  fileUpload: settings.get('Livechat_fileupload_enabled') && settings.get('FileUpload_Enabled'),
  // The browser's.
  language: '',
  transcript: settings.get('Livechat_enable_transcript'),
  historyMonitorType: settings.get('Livechat_history_monitor_type'),
  forceAcceptDataProcessingConsent: settings.get('Livechat_force_accept_data_processing_consent'),
  // Where agents choose their chats, visitors are told that they wait for one.
  showConnecting: routingMethodOf(settings) === 'Manual_Selection',
  agentHiddenInfo: !settings.get('Livechat_show_agent_info'),
  clearLocalStorageWhenChatEnded: settings.get('Livechat_clear_local_storage_when_chat_ended'),
  limitTextLength:
    settings.get('Livechat_enable_message_character_limit') &&
    (settings.get('Livechat_message_character_limit') || settings.get('Message_MaxAllowedSize')),
  hiddenSystemMessages: settings.get('Hide_System_Messages'),
  livechatLogo: {},
  hideWatermark: settings.get('Livechat_hide_watermark'),
  visitorsCanCloseChat: settings.get('Omnichannel_allow_visitors_to_close_conversation'),
});

const presentTheme = (settings: Settings) => ({
  title: settings.get('Livechat_title'),
  color: settings.get('Livechat_title_color'),
  offlineTitle: settings.get('Livechat_offline_title'),
  offlineColor: settings.get('Livechat_offline_title_color'),
  position: settings.get('Livechat_widget_position'),
  background: settings.get('Livechat_background'),
  hideExpandChat: settings.get('Livechat_hide_expand_chat'),
});

function presentTexts(settings: Settings, isWidget: boolean) {
  const finished = settings.get('Livechat_conversation_finished_message');
  return {
    offlineMessage: settings.get('Livechat_offline_message'),
    offlineSuccessMessage: settings.get('Livechat_offline_success_message'),
    offlineUnavailableMessage: settings.get('Livechat_offline_form_unavailable'),
    // Shown like the text of a message.
    conversationFinishedMessage: isWidget ? escapeHtml(finished) : finished,
    conversationFinishedText: settings.get('Livechat_conversation_finished_text'),
    transcriptMessage: settings.get('Livechat_transcript_message'),
    registrationFormMessage: settings.get('Livechat_registration_form_message'),
    dataProcessingConsentText: settings.get('Livechat_data_processing_consent_text'),
  };
}

const escapedTrigger = (trigger: Trigger): Trigger => ({
  ...trigger,
  ...(trigger.actions && {
    actions: trigger.actions.map(({ params, ...action }) => ({
      ...action,
      ...(params && { params: { ...params, ...(params.msg && { msg: escapeHtml(params.msg) }) } }),
    })),
  }),
});

const presentDepartment = ({
  _id,
  name,
  showOnRegistration = false,
  showOnOfflineForm = false,
  departmentsAllowedToForward,
}: RoutingDepartment) => ({ _id, name, showOnRegistration, showOnOfflineForm, departmentsAllowedToForward });

const presentCustomField = ({
  _id,
  label,
  regexp,
  required = false,
  type,
  defaultValue,
  options,
}: CustomField) => ({
  _id,
  label,
  regexp,
  required,
  type,
  defaultValue: defaultValue ?? null,
  ...(options && { options: options.split(',') }),
});

const presentGuest = ({ _id, name, username, token, visitorEmails, department }: Visitor) => ({
  _id,
  name,
  username,
  token,
  visitorEmails,
  department,
});

const presentRoom = ({ _id, departmentId, servedBy, open }: Room) => ({ _id, departmentId, servedBy, open });
