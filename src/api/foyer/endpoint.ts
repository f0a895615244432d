import { type Endpoint, type MountableEndpoint, seal } from '../../http/endpoint.ts';
import type { TextStream } from '../../http/text-stream.ts';
import type { EventStream } from './event-stream.ts';
import type { LateAnswer } from './late-answer.ts';

/** What an endpoint of this dialect answers: JSON without an envelope, or a text that is made while it is sent. */
export type FoyerAnswer = object | EventStream | LateAnswer | TextStream;
export type FoyerEndpoint = MountableEndpoint<FoyerAnswer>;

/** Defines an endpoint of this dialect. */
export const endpoint = <Input>(definition: Endpoint<Input, FoyerAnswer>): FoyerEndpoint => seal(definition);
