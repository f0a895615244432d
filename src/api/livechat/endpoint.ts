import { type Endpoint, type MountableEndpoint, seal } from '../../http/endpoint.ts';

/** What an endpoint of this dialect answers: JSON without an envelope. */
export type LiveChatAnswer = object;
export type LiveChatEndpoint = MountableEndpoint<LiveChatAnswer>;

/** Defines an endpoint of this dialect. */
export const endpoint = <Input>(definition: Endpoint<Input, LiveChatAnswer>): LiveChatEndpoint =>
  seal(definition);

/** Defines an endpoint of this dialect that answers a list of any length. */
export const listEndpoint = <Input>(definition: Endpoint<Input, LiveChatAnswer>): LiveChatEndpoint =>
  endpoint({ ...definition, takesTurns: true });

/** Who may see visitors and chats: those who may do so in Rocket.Chat. */
export const seesVisitors = { kind: 'all-of', permissions: ['view-l-room'] } as const;
