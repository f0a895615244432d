import type { Request } from 'express';
import { type Endpoint, type MountableEndpoint, seal } from '../../http/endpoint.ts';

/** What an endpoint of this dialect answers: JSON without an envelope. */
export type ReveChatAnswer = object;

/** An endpoint of this dialect: it only reads, and only for users with REVE Chat's role Super Admin. */
export const endpoint = <Input>(
  definition: Pick<Endpoint<Input, ReveChatAnswer>, 'operationId' | 'path' | 'handle'> & {
    readonly input: (req: Request) => Input;
  },
): MountableEndpoint<ReveChatAnswer> =>
  seal({
    ...definition,
    method: 'get',
    access: { kind: 'user' },
    input: async (req) => definition.input(req),
  });
