import { type Endpoint, type MountableEndpoint, seal } from '../../http/endpoint.ts';

/**
 * What an endpoint of this dialect answers: JSON without an envelope, a `LateAnswer` with some, or a text that is made
 * while it is sent (`EventStream`, `TextStream`).
 */
export type FoyerAnswer = object;
export type FoyerEndpoint = MountableEndpoint<FoyerAnswer>;

/** Defines an endpoint of this dialect. */
export const endpoint = <Input>(definition: Endpoint<Input, FoyerAnswer>): FoyerEndpoint => seal(definition);
