import { type Endpoint, type MountableEndpoint, seal } from '../../http/endpoint.ts';

/** What an endpoint of this dialect answers: JSON without an envelope. */
export type FoyerAnswer = object;
export type FoyerEndpoint = MountableEndpoint<FoyerAnswer>;

/** Defines an endpoint of this dialect. */
export const endpoint = <Input>(definition: Endpoint<Input, FoyerAnswer>): FoyerEndpoint => seal(definition);
