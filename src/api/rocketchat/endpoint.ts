import { type Endpoint, type MountableEndpoint, seal } from '../../http/endpoint.ts';
import type { Payload } from './envelope.ts';

/** An endpoint of this dialect. */
export type RocketChatEndpoint = MountableEndpoint<Payload>;

/** Defines an endpoint of this dialect. */
export const endpoint = <Input>(definition: Endpoint<Input, Payload>): RocketChatEndpoint => seal(definition);
