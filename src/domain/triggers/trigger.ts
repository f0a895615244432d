import type { PageOf, PageRequest } from '../paging.ts';

/** A document of Rocket.Chat's `rocketchat_livechat_trigger`: what the widget does by itself, and when. */
export interface Trigger {
  readonly _id: string;
  readonly name?: string;
  readonly description?: string;
  readonly enabled?: boolean;
  readonly runOnce?: boolean;
  readonly conditions?: readonly { readonly name: string; readonly value?: unknown }[];
  readonly actions?: readonly TriggerAction[];
  readonly _updatedAt?: Date;
}

export interface TriggerAction {
  readonly name: string;
  /** Of a message: who seems to send it, and its text. What a service is asked for is kept, and not asked. */
  readonly params?: Readonly<Record<string, unknown>> & {
    readonly sender?: string | undefined;
    readonly name?: string | undefined;
    readonly msg?: string | undefined;
  };
}

/** What a manager says of a trigger. */
export type GivenTrigger = Required<Omit<Trigger, '_id' | '_updatedAt'>>;

/** Triggers. A site has a handful of them. */
export interface TriggerStore {
  /** Those that are enabled, at most as many as a list may have. */
  listEnabled(): Promise<Trigger[]>;
  list(page: PageRequest): Promise<PageOf<Trigger>>;
  findById(id: string): Promise<Trigger | null>;
  add(trigger: Trigger): Promise<void>;
  /** False if there is no such trigger. */
  change(id: string, given: GivenTrigger, at: Date): Promise<boolean>;
  delete(id: string): Promise<void>;
}
