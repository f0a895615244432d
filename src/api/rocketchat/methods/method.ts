import type { Access, Caller } from '../../../http/endpoint.ts';
import { ajvRules } from '../validation/ajv-rules.ts';
import type { Read, Schema } from '../validation/schema.ts';

/** A refusal of a method in Meteor's form. */
export class MethodError extends Error {
  override name = 'MethodError';
  readonly code: string;
  readonly reason: string | undefined;
  readonly details: object | undefined;

  constructor(code: string, reason?: string, details?: object) {
    super(reason ?? code);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** What a method may know of its caller, over HTTP and over a socket. */
export type MethodCaller = Pick<Caller, 'user'>;

type ReadAll<S extends readonly Schema[]> = { [K in keyof S]: Read<S[K]> };

/** One method of the realtime protocol: what it takes, who may call it, and what it does. */
export interface MethodDefinition<Schemas extends readonly Schema[]> {
  /** As clients call it, and as `refusals.ts` knows it. */
  readonly name: string;
  readonly access: Access;
  /** One schema for each parameter. */
  readonly parameters: Schemas;
  handle(parameters: ReadAll<Schemas>, caller: MethodCaller): Promise<unknown>;
}

/** A method whose parameters' types are sealed, for the registry. */
export interface CallableMethod {
  readonly name: string;
  readonly access: Access;
  /** @throws {MethodError} `error-invalid-params` */
  call(parameters: readonly unknown[], caller: MethodCaller): Promise<unknown>;
}

/** Seals a method for the registry. */
export const method = <const Schemas extends readonly Schema[]>({
  name,
  access,
  parameters: schemas,
  handle,
}: MethodDefinition<Schemas>): CallableMethod => ({
  name,
  access,
  call: async (given, caller) =>
    handle(schemas.map((schema, index) => readParameter(schema, given[index])) as ReadAll<Schemas>, caller),
});

/** A parameter in the type of its schema; one that is missing is null or an empty object. */
function readParameter(schema: Schema, given: unknown): unknown {
  const checked = ajvRules(schema, given ?? (schema.nullable ? null : {}), '', false);
  if ('error' in checked) throw new MethodError('error-invalid-params', checked.error);
  return checked.value;
}
