import { preferenceSettings } from './preference-settings.ts';

/**
 * The settings of Rocket.Chat's that the service reads, with Rocket.Chat's defaults. A setting's stored document
 * takes precedence over the default, and `OVERWRITE_SETTING_<id>` over both.
 */
export const settingDefaults = {
  ...preferenceSettings,
  API_Allow_Infinite_Count: true,
  API_CORS_Origin: '*',
  API_Default_Count: 50,
  API_Enable_CORS: false,
  API_Enable_Rate_Limiter: true,
  API_Enable_Rate_Limiter_Limit_Calls_Default: 10,
  API_Enable_Rate_Limiter_Limit_Time_Default: 60_000,
  API_Upper_Count_Limit: 100,
  Accounts_AllowInvisibleStatusOption: true,
  Accounts_AllowUserStatusMessageChange: true,
  Accounts_LoginExpiration: 90,
  Accounts_TwoFactorAuthentication_By_Email_Enabled: true,
  Accounts_TwoFactorAuthentication_Enabled: true,
  Accounts_TwoFactorAuthentication_MaxDelta: 1,
  Block_Multiple_Failed_Logins_Attempts_Until_Block_By_Ip: 50,
  Block_Multiple_Failed_Logins_Attempts_Until_Block_by_User: 10,
  Block_Multiple_Failed_Logins_By_Ip: true,
  Block_Multiple_Failed_Logins_By_User: true,
  Block_Multiple_Failed_Logins_Enabled: true,
  Block_Multiple_Failed_Logins_Ip_Whitelist: '',
  Block_Multiple_Failed_Logins_Time_To_Unblock_By_Ip_In_Minutes: 5,
  Block_Multiple_Failed_Logins_Time_To_Unblock_By_User_In_Minutes: 5,
  /** How many bytes a visitor at an address may send per minute, over all operations. Foyer's own. */
  Foyer_Rate_Limiter_Visitor_Bytes: 500_000,
  /**
   * How often per minute a visitor at an address may call each operation of visitors; `livechat/visitor` and
   * `livechat/room` may be called five times, as in Rocket.Chat. Foyer's own.
   */
  Foyer_Rate_Limiter_Visitor_Calls: 120,
  /** An address may make as many calls, and send as much, as this number of visitors. Foyer's own. */
  Foyer_Rate_Limiter_Visitors_Per_Address: 50,
  /**
   * What identity assertions are signed with: the PEM of a public key for EdDSA, or a secret of at least 32 bytes for
   * HS256. The former key is accepted too, until all assertions that it signed have expired. Foyer's own.
   */
  Foyer_Identity_Former_Key: '',
  Foyer_Identity_Key: '',
  /**
   * Whom a registration joins: with `rocketchat`, whoever has its e-mail address or phone number; with `proven`, or
   * anything else, nobody without a proof. Foyer's own; the README tells who is who.
   */
  Foyer_Visitor_Matching: 'proven',
  /** Whether every agent sees every visitor's token; see `visitor-tokens.ts`. Foyer's own. */
  Foyer_Visitor_Token_For_Agents: false,
  /** The number by which LiveChat's clients and the tracker name this service; no secret. Foyer's own. */
  Foyer_License_Number: 1,
  /** How long visits and page views are kept, in days. Foyer's own. */
  Foyer_Visit_Retention_Days: 30,
  /** Calls per minute and operation that each address may make to LiveChat's API. Foyer's own. */
  Foyer_LiveChat_Calls: 600,
  /** The IANA name of the time zone in which LiveChat's API tells times. Foyer's own. */
  Foyer_Timezone: 'UTC',
  /** Calls per minute and operation that each address may make to Foyer's own API. */
  Foyer_Api_Calls: 600,
  /** How many items a page of REVE Chat's lists has. Foyer's own. */
  Foyer_Reve_Chat_Page_Size: 10,
  /** Calls per minute that each address may make to REVE Chat's API. Foyer's own. */
  Foyer_Reve_Chat_Calls: 120,
  /** Whom mails come from. */
  From_Email: '',
  /** Types of system messages. */
  Hide_System_Messages: [] as readonly string[],
  /** The sites that may use the tracker; all if it is empty. */
  Livechat_AllowedDomainsList: '',
  Livechat_Allow_collect_and_store_HTTP_header_informations: false,
  Livechat_Routing_Method: 'Auto_Selection',
  Livechat_Visitor_navigation_as_a_message: false,
  Livechat_accept_chats_with_no_agents: false,
  Livechat_assign_new_conversation_to_bot: false,
  Livechat_display_offline_form: true,
  Livechat_enable_message_character_limit: false,
  Livechat_enable_transcript: false,
  Livechat_enabled: true,
  Livechat_enabled_when_agent_idle: true,
  Livechat_guest_count: 1,
  Livechat_history_monitor_type: 'url',
  Livechat_lead_email_regex: '\\b[A-Z0-9._%+-]+@(?:[A-Z0-9-]+\\.)+[A-Z]{2,4}\\b',
  Livechat_lead_phone_regex:
    '((?:\\([0-9]{1,3}\\)|[0-9]{2})[ \\-]*?[0-9]{4,5}(?:[\\-\\s\\_]{1,2})?[0-9]{4}(?:(?=[^0-9])|$)|[0-9]{4,5}(?:[\\-\\s\\_]{1,2})?[0-9]{4}(?:(?=[^0-9])|$))',
  Livechat_message_character_limit: 0,
  /** Whom the messages of the offline form are mailed to, unless the department has an address. */
  Livechat_offline_email: '',
  Livechat_request_comment_when_closing_conversation: true,
  Livechat_transcript_send_always: false,
  /** Whether the mail domains of those who leave a message are looked up. */
  Livechat_validate_offline_email: true,
  Message_AllowDeleting: true,
  Message_AllowEditing: true,
  Message_MaxAllowedSize: 5_000,
  Omnichannel_allow_force_close_conversations: false,
  Omnichannel_allow_visitors_to_close_conversation: true,
  Unread_Count_Omni: 'all_messages',
};

/** Other defaults on a database that Rocket.Chat created: it may run beside Foyer, and both go by its rules. */
export const defaultsBesideRocketChat: Partial<typeof settingDefaults> = {
  Foyer_Visitor_Matching: 'rocketchat',
};

export type SettingId = keyof typeof settingDefaults;
export type SettingValue = boolean | number | string | readonly string[];
/** The type of a setting's value: that of its default. */
export type SettingOf<Id extends SettingId> = (typeof settingDefaults)[Id];

/** A stored setting, which may be one that the service itself does not read. */
export interface StoredSetting {
  readonly _id: string;
  readonly value?: unknown;
}

/** Read from memory; changes made by this instance are seen at once, those made by others within seconds. */
export interface Settings {
  get<Id extends SettingId>(id: Id): SettingOf<Id>;
}

/** Rocket.Chat's `rocketchat_settings`, for its administrators. */
export interface SettingStore extends Settings {
  /** The setting with the value that is in effect; null for an unknown or hidden setting. */
  find(id: string): Promise<StoredSetting | null>;
  /** Changes a setting; false if it is unknown, hidden, blocked or overridden by the environment. */
  set(id: string, value: unknown, at: Date): Promise<boolean>;
}

export const isKnownSetting = (id: string): id is SettingId => Object.hasOwn(settingDefaults, id);
