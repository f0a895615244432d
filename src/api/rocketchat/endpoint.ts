import { type Endpoint, type MountableEndpoint, seal } from '../../http/endpoint.ts';
import type { DocumentPayload, ListPayload, Payload } from './envelope.ts';

/** An endpoint of this dialect. */
export type RocketChatEndpoint = MountableEndpoint<Payload>;

/** Defines an endpoint of this dialect that answers one document, or a few. */
export const endpoint = <Input>(definition: Endpoint<Input, DocumentPayload>): RocketChatEndpoint =>
  seal(definition);

/** Defines an endpoint of this dialect that answers a list of any length. */
export const listEndpoint = <Input>(definition: Endpoint<Input, ListPayload>): RocketChatEndpoint =>
  seal({ ...definition, takesTurns: true });
