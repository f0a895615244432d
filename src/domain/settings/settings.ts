import rocketChatDefaults from '../rocketchat-defaults.json' with { type: 'json' };

/** Rocket.Chat's settings, with the types and defaults of 8.x. */
const rocketChatSettings = rocketChatDefaults.settings;

/** Rocket.Chat's settings that the service obeys; all others are kept for those who ask, and have no effect. */
const obeyedSettings = [
  'API_Allow_Infinite_Count',
  'API_CORS_Origin',
  'API_Default_Count',
  'API_Enable_CORS',
  'API_Enable_Rate_Limiter',
  'API_Enable_Rate_Limiter_Limit_Calls_Default',
  'API_Enable_Rate_Limiter_Limit_Time_Default',
  'API_Upper_Count_Limit',
  'Accounts_AllowInvisibleStatusOption',
  'Accounts_AllowUserStatusMessageChange',
  'Accounts_BlockedUsernameList',
  'Accounts_CustomFields',
  'Accounts_LoginExpiration',
  'Accounts_Registration_Users_Default_Roles',
  'Accounts_SystemBlockedUsernameList',
  'Accounts_TwoFactorAuthentication_By_Email_Enabled',
  'Accounts_TwoFactorAuthentication_Enabled',
  'Accounts_TwoFactorAuthentication_MaxDelta',
  'Block_Multiple_Failed_Logins_Attempts_Until_Block_By_Ip',
  'Block_Multiple_Failed_Logins_Attempts_Until_Block_by_User',
  'Block_Multiple_Failed_Logins_By_Ip',
  'Block_Multiple_Failed_Logins_By_User',
  'Block_Multiple_Failed_Logins_Enabled',
  'Block_Multiple_Failed_Logins_Ip_Whitelist',
  'Block_Multiple_Failed_Logins_Time_To_Unblock_By_Ip_In_Minutes',
  'Block_Multiple_Failed_Logins_Time_To_Unblock_By_User_In_Minutes',
  'FileUpload_Enabled',
  'FileUpload_MaxFileSize',
  'FileUpload_MediaTypeBlackList',
  'FileUpload_MediaTypeWhiteList',
  'From_Email',
  'Hide_System_Messages',
  'Livechat_Allow_collect_and_store_HTTP_header_informations',
  'Livechat_AllowedDomainsList',
  'Livechat_Routing_Method',
  'Livechat_Visitor_navigation_as_a_message',
  'Livechat_accept_chats_with_no_agents',
  'Livechat_allow_switching_departments',
  'Livechat_assign_new_conversation_to_bot',
  'Livechat_background',
  'Livechat_clear_local_storage_when_chat_ended',
  'Livechat_conversation_finished_message',
  'Livechat_conversation_finished_text',
  'Livechat_data_processing_consent_text',
  'Livechat_display_offline_form',
  'Livechat_email_field_registration_form',
  'Livechat_enable_message_character_limit',
  'Livechat_enable_transcript',
  'Livechat_enabled',
  'Livechat_enabled_when_agent_idle',
  'Livechat_fileupload_enabled',
  'Livechat_force_accept_data_processing_consent',
  'Livechat_guest_count',
  'Livechat_hide_expand_chat',
  'Livechat_hide_watermark',
  'Livechat_history_monitor_type',
  'Livechat_http_timeout',
  'Livechat_lead_email_regex',
  'Livechat_lead_phone_regex',
  'Livechat_message_character_limit',
  'Livechat_name_field_registration_form',
  'Livechat_number_most_recent_chats_estimate_wait_time',
  'Livechat_offline_email',
  'Livechat_offline_form_unavailable',
  'Livechat_offline_message',
  'Livechat_offline_success_message',
  'Livechat_offline_title',
  'Livechat_offline_title_color',
  'Livechat_registration_form',
  'Livechat_registration_form_message',
  'Livechat_request_comment_when_closing_conversation',
  'Livechat_secret_token',
  'Livechat_show_agent_email',
  'Livechat_show_agent_info',
  'Livechat_title',
  'Livechat_title_color',
  'Livechat_transcript_email_subject',
  'Livechat_transcript_message',
  'Livechat_transcript_send_always',
  'Livechat_transcript_show_system_messages',
  'Livechat_validate_offline_email',
  'Livechat_waiting_queue',
  'Livechat_waiting_queue_message',
  'Livechat_webhookUrl',
  'Livechat_webhook_on_agent_message',
  'Livechat_webhook_on_capture',
  'Livechat_webhook_on_chat_queued',
  'Livechat_webhook_on_chat_taken',
  'Livechat_webhook_on_close',
  'Livechat_webhook_on_forward',
  'Livechat_webhook_on_offline_msg',
  'Livechat_webhook_on_start',
  'Livechat_webhook_on_visitor_message',
  'Livechat_widget_position',
  'Message_AllowDeleting',
  'Message_AllowDeleting_BlockDeleteInMinutes',
  'Message_AllowEditing',
  'Message_AllowEditing_BlockEditInMinutes',
  'Message_MaxAllowedSize',
  'Message_QuoteChainLimit',
  'Omnichannel_allow_force_close_conversations',
  'Omnichannel_allow_visitors_to_close_conversation',
  'Omnichannel_calculate_dispatch_service_queue_statistics',
  'Omnichannel_enable_department_removal',
  'Omnichannel_sorting_mechanism',
  'Send_visitor_navigation_history_livechat_webhook_request',
  'Unread_Count_Omni',
] as const;

/** The defaults of the settings that are Foyer's own. */
const ownDefaults = {
  /** How many bytes a visitor at an address may send per minute, over all operations. */
  Foyer_Rate_Limiter_Visitor_Bytes: 500_000,
  /**
   * How often per minute a visitor at an address may call each operation of visitors; `livechat/visitor` and
   * `livechat/room` may be called five times, as in Rocket.Chat.
   */
  Foyer_Rate_Limiter_Visitor_Calls: 120,
  /** An address may make as many calls, and send as much, as this number of visitors. */
  Foyer_Rate_Limiter_Visitors_Per_Address: 50,
  /**
   * What identity assertions are signed with: the PEM of a public key for EdDSA, or a secret of at least 32 bytes for
   * HS256. The former key is accepted too, until all assertions that it signed have expired.
   */
  Foyer_Identity_Former_Key: '',
  Foyer_Identity_Key: '',
  /**
   * Whom a registration joins: with `rocketchat`, whoever has its e-mail address or phone number; with `proven`, or
   * anything else, nobody without a proof. The README tells who is who.
   */
  Foyer_Visitor_Matching: 'proven',
  /** Where phone numbers without a country's code belong, as in ISO 3166 (`DE`); nowhere if it is empty. */
  Foyer_Default_Country: '',
  /** How many sockets an address may have open at a time. */
  Foyer_Sockets_Per_Address: 2_000,
  /** A visitor who is not heard from for so many minutes is offline; with 0, only if they say so. */
  Foyer_Visitor_Offline_Minutes: 10,
  /** Whether every agent sees every visitor's token; see `visitor-tokens.ts`. */
  Foyer_Visitor_Token_For_Agents: false,
  /** The number by which LiveChat's clients and the tracker name this service; no secret. */
  Foyer_License_Number: 1,
  /** How long visits and page views are kept, in days. */
  Foyer_Visit_Retention_Days: 30,
  /** Calls per minute and operation that each address may make to LiveChat's API. */
  Foyer_LiveChat_Calls: 600,
  /** The IANA name of the time zone in which LiveChat's API tells times. */
  Foyer_Timezone: 'UTC',
  /** Calls per minute and operation that each address may make to Foyer's own API. */
  Foyer_Api_Calls: 600,
  /** How many items a page of REVE Chat's lists has. */
  Foyer_Reve_Chat_Page_Size: 10,
  /** Calls per minute that each address may make to REVE Chat's API. */
  Foyer_Reve_Chat_Calls: 120,
};

type RocketChatValues = {
  readonly [Id in keyof typeof rocketChatSettings]: Widened<(typeof rocketChatSettings)[Id]['value']>;
};
/** The lists among the defaults happen to be empty, or to have few elements. */
type Widened<Value> = Value extends readonly unknown[] ? readonly string[] : Value;

const preferencePrefix = 'Accounts_Default_User_Preferences_';
type PreferenceSettingId = Extract<keyof RocketChatValues, `${typeof preferencePrefix}${string}`>;

/** The values of the settings that the service obeys. */
export type SettingValues = Readonly<typeof ownDefaults> &
  Pick<RocketChatValues, (typeof obeyedSettings)[number] | PreferenceSettingId>;

/** The ids of the settings for the preferences of users who have not chosen any. */
export const preferenceSettings = Object.keys(rocketChatSettings).filter(isPreferenceSetting);

function isPreferenceSetting(id: string): id is PreferenceSettingId {
  return id.startsWith(preferencePrefix);
}

/** A setting as it is until somebody changes it. */
export interface SettingDefinition {
  readonly value: SettingValue;
  /** Rocket.Chat's name of the type. */
  readonly type: string;
  /** The bounds of a number, if it has any. */
  readonly minValue?: number;
  readonly maxValue?: number;
}

/** Every setting that exists on a fresh database, by its id. */
export const settingDefinitions: ReadonlyMap<string, SettingDefinition> = new Map<string, SettingDefinition>([
  ...Object.entries<SettingDefinition>(rocketChatSettings),
  ...Object.entries(ownDefaults).map(
    ([id, value]) => [id, { value, type: typeof value === 'number' ? 'int' : typeof value }] as const,
  ),
]);

/** The defaults of the settings that the service obeys; a stored value and `OVERWRITE_SETTING_<id>` go first. */
export const settingDefaults = Object.fromEntries(
  [...obeyedSettings, ...preferenceSettings, ...Object.keys(ownDefaults)].map((id) => [
    id,
    settingDefinitions.get(id)?.value,
  ]),
) as SettingValues;

/** Other defaults on a database that Rocket.Chat created: it may run beside Foyer, and both go by its rules. */
export const defaultsBesideRocketChat: Partial<SettingValues> = {
  Foyer_Visitor_Matching: 'rocketchat',
};

export type SettingId = keyof SettingValues;
export type SettingValue = boolean | number | string | readonly string[];

/** A setting, which may be one that the service itself does not obey. */
export interface StoredSetting {
  readonly _id: string;
  readonly value?: unknown;
}

/** Read from memory; changes made by this instance are seen at once, those made by others within seconds. */
export interface Settings {
  get<Id extends SettingId>(id: Id): SettingValues[Id];
}

/** Rocket.Chat's `rocketchat_settings`, for its administrators. */
export interface SettingStore extends Settings {
  /** Whether a Rocket.Chat has ever run on the database. */
  isBesideRocketChat(): boolean;
  /** The setting with the value that is in effect; null for an unknown or hidden setting. */
  find(id: string): Promise<StoredSetting | null>;
  /** Those of the settings that are neither unknown nor hidden, in the order of their ids. */
  list(ids: readonly string[]): Promise<StoredSetting[]>;
  /** Changes a setting; false if it is unknown, hidden, blocked or overridden by the environment. */
  set(id: string, value: unknown, at: Date): Promise<boolean>;
}

/** Whether the service obeys a setting. */
export const isObeyed = (id: string): id is SettingId => Object.hasOwn(settingDefaults, id);
