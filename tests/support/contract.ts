import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type DocumentedAnswer, findOperation, type Operation, openApi } from './openapi.ts';

/** What came over the wire. `body` is the parsed JSON, or the text of anything else. */
export interface ObservedAnswer {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  /** The header as sent, parameters included. */
  readonly contentType: string | undefined;
  readonly body: unknown;
}

// Types are not strict, since a bound may stand beside a reference to the type that it bounds.
const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
addFormats.default(ajv);
// What stands around the schemas, and the annotation that only OpenAPI has.
ajv.addVocabulary([...Object.keys(openApi), 'example']);
ajv.addSchema(openApi, 'openapi', false, false);

const validators = new Map<string, ValidateFunction>();

/** The validator of the schema at a JSON pointer into openapi.yaml. @throws where the schema is not one. */
export function validatorAt(pointer: string): ValidateFunction {
  const known = validators.get(pointer);
  if (known) return known;
  const fragment = pointer.split('/').map(encodeURIComponent).join('/').replace('%23', '#');
  const validate = ajv.compile({ $ref: `openapi${fragment}` });
  validators.set(pointer, validate);
  return validate;
}

/** What is wrong with a value by the schema at a pointer, one line each; empty where nothing is. */
export function problemsOf(pointer: string, value: unknown): string[] {
  const validate = validatorAt(pointer);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const member = params.additionalProperty ?? params.unevaluatedProperty;
    return `${instancePath || '/'} ${message}${member === undefined ? '' : ` (${String(member)})`}`;
  });
}

/** Where `npm test` collects what has been seen. */
const sightingsFolder = process.env.FOYER_CONTRACT_DIR;
const seen = new Set<string>();

/** Notes that an operation has been seen to answer a status; `scripts/contract-coverage.mjs` reads the notes. */
function recordSighting(operation: Operation, status: number): void {
  const sighting = `${operation.id} ${status}`;
  if (sightingsFolder === undefined || seen.has(sighting)) return;
  seen.add(sighting);
  appendFileSync(path.join(sightingsFolder, `${process.pid}.txt`), `${sighting}\n`);
}

/**
 * Holds an answer against openapi.yaml: the status is documented, the content type is exactly the documented one, and
 * the body has every member it must have and none that is not written down. Answers outside of every operation
 * (404s) are the router's and are not looked at.
 * @throws an error that says what differs.
 */
export function checkResponse(answer: ObservedAnswer): void {
  const operation = findOperation(answer.method, answer.path.split('?')[0] ?? '');
  if (operation === undefined) {
    if (answer.status === 404) return;
    throw new Error(
      `${answer.method} ${answer.path} answered ${answer.status}, but openapi.yaml has no such operation`,
    );
  }
  const documented = operation.answers.filter(({ status }) => status === answer.status);
  const problems =
    documented.length === 0 ? ['the status is not documented'] : differences(documented, answer);
  if (problems.length > 0) throw new Error(complaint(operation, answer, problems));
  recordSighting(operation, answer.status);
}

function differences(documented: readonly DocumentedAnswer[], answer: ObservedAnswer): string[] {
  const matching = documented.find(({ contentType }) => contentType === answer.contentType);
  if (matching === undefined) {
    const expected = documented.map(({ contentType }) => contentType).join(' or ');
    return [`the content type is ${answer.contentType}, not ${expected}`];
  }
  return problemsOf(matching.schemaPointer, answer.body);
}

function complaint({ id }: Operation, answer: ObservedAnswer, problems: readonly string[]): string {
  const body = JSON.stringify(answer.body, null, 1)?.slice(0, 2_000);
  return [
    `${answer.method.toUpperCase()} ${answer.path} (${id}) answered ${answer.status} outside of its contract:`,
    ...problems.map((problem) => `  - ${problem}`),
    `  body: ${body}`,
  ].join('\n');
}
