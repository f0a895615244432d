import type { Request } from 'express';
import { type Endpoint, type MountableEndpoint, seal } from '../../http/endpoint.ts';

/** What an endpoint of this dialect answers: JSON without an envelope. */
export type ReveChatAnswer = object;

type Definition<Input> = Pick<
  Endpoint<Input, ReveChatAnswer>,
  'operationId' | 'path' | 'takesTurns' | 'handle'
> & { readonly input: (req: Request) => Input };

/** An endpoint of this dialect: it only reads, and only for users with REVE Chat's role Super Admin. */
export const endpoint = <Input>(definition: Definition<Input>): MountableEndpoint<ReveChatAnswer> =>
  seal({
    ...definition,
    method: 'get',
    access: { kind: 'user' },
    input: async (req) => definition.input(req),
  });

/** Such an endpoint that answers a list of any length. */
export const listEndpoint = <Input>(definition: Definition<Input>): MountableEndpoint<ReveChatAnswer> =>
  endpoint({ ...definition, takesTurns: true });
