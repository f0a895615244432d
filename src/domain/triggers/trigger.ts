/** A document of Rocket.Chat's `rocketchat_livechat_trigger`: what the widget does by itself, and when. */
export interface Trigger {
  readonly _id: string;
  readonly runOnce?: boolean;
  readonly conditions?: readonly { readonly name: string; readonly value?: unknown }[];
  readonly actions?: readonly TriggerAction[];
}

export interface TriggerAction {
  readonly name: string;
  /** Of a message: who seems to send it, and its text. */
  readonly params?: { readonly sender?: string; readonly name?: string; readonly msg?: string };
}

/** Triggers. A site has a handful of them. */
export interface TriggerStore {
  /** Those that are enabled, at most as many as a list may have. */
  listEnabled(): Promise<Trigger[]>;
}
