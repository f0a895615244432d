import type { User } from '../../../domain/accounts/user.ts';
import type { RoomViewer } from '../../../domain/rooms/room-viewer.ts';
import type { Access, Caller } from '../../../http/endpoint.ts';
import { ajvRules } from '../validation/ajv-rules.ts';
import type { Read, Schema } from '../validation/schema.ts';

/** A method's refusal in Meteor's form. */
export class MethodError extends Error {
  override name = 'MethodError';
  readonly code: string | number;
  readonly reason: string | undefined;
  readonly details: object | undefined;

  constructor(code: string | number, reason?: string, details?: object) {
    super(reason ?? String(code));
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** A user who is logged in, and the token by which they are. */
export interface LoggedInUser {
  readonly user: User;
  readonly authToken: string;
}

/** The client on the socket over which a method is called. */
export interface MethodSocket {
  /** What limits count the client by. */
  readonly network: string;
  /**
   * Counts a login by password.
   * @throws {MethodError} `too-many-requests`
   */
  countLogin(): void;
  /** Who is logged in. */
  readonly session: LoggedInUser | undefined;
  /** The client is a user's from now on, or nobody's; subscriptions that do not fit end. */
  becomeUser(session: LoggedInUser | undefined): Promise<void>;
  /** The client says that it is the visitor's with this token, which is checked whenever it is used. */
  becomeVisitor(token: string): void;
  /**
   * Who the client is in a room: the visitor with the token or, without one, whoever the client has said to be.
   * @throws {AppError} `not-allowed`
   */
  viewerOf(rid: string, visitorToken: string | undefined): Promise<RoomViewer>;
}

/** What a method may know about its caller, and the socket over which it is called, if it is one. */
export type MethodCaller = Pick<Caller, 'user'> & { readonly socket?: MethodSocket };

/** The socket over which a method is called that can be called over one only. */
export function socketOf({ socket }: MethodCaller): MethodSocket {
  if (!socket) throw new Error('a method for sockets was called without one');
  return socket;
}

type ReadAll<S extends readonly Schema[]> = { [K in keyof S]: Read<S[K]> };

/** One method of the realtime protocol: what it accepts, who may call it, and what it does. */
export interface MethodDefinition<Schemas extends readonly Schema[]> {
  /** The name that clients call and that `refusals.ts` uses. */
  readonly name: string;
  readonly access: Access;
  /** One schema per parameter. */
  readonly parameters: Schemas;
  handle(parameters: ReadAll<Schemas>, caller: MethodCaller): Promise<unknown>;
}

/** A method whose parameter types are hidden, so that methods fit in one registry. */
export interface CallableMethod {
  readonly name: string;
  readonly access: Access;
  /** @throws {MethodError} `error-invalid-params` */
  call(parameters: readonly unknown[], caller: MethodCaller): Promise<unknown>;
}

/** Hides a method's parameter types, for the registry. */
export function method<const Schemas extends readonly Schema[]>({
  name,
  access,
  parameters,
  handle,
}: MethodDefinition<Schemas>): CallableMethod {
  const converters = parameters.map(parameterConverter);
  return {
    name,
    access,
    call: async (given, caller) =>
      handle(converters.map((convert, index) => convert(given[index])) as ReadAll<Schemas>, caller),
  };
}

/** Converts a parameter to the type of its schema; a missing one is null or an empty object. */
function parameterConverter(schema: Schema): (given: unknown) => unknown {
  const check = ajvRules(schema, false);
  return (given) => {
    const checked = check(given ?? (schema.nullable ? null : {}));
    if ('error' in checked) throw new MethodError('error-invalid-params', checked.error);
    return checked.value;
  };
}
