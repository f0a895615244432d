import { ErrorCode, MongoError } from '../errors.ts';
import { arrayIndex, getField } from './fields.ts';
import { type Document, isDocument, type Value } from './types.ts';

/** One value per path; `undefined` stands for an empty array, which sorts before null. */
export type PathKey = (Value | undefined)[];

interface Pending {
  readonly position: number;
  /** The components not yet walked. */
  readonly rest: readonly string[];
}

interface Walked {
  readonly pending: Pending;
  readonly value: Value | undefined;
  readonly rest: readonly string[];
  /** The path of the array, relative to where the walk began, if it ended at one. */
  readonly arrayPath: string | undefined;
}

function walk(start: Value | undefined, pending: Pending): Walked {
  let value = start;
  let walked = 0;
  for (const component of pending.rest) {
    if (Array.isArray(value)) break;
    value = isDocument(value) ? getField(value, component) : undefined;
    walked += 1;
  }
  const arrayPath = Array.isArray(value) ? pending.rest.slice(0, walked).join('.') : undefined;
  return { pending, value, rest: pending.rest.slice(walked), arrayPath };
}

function parallelArrays(a: string, b: string): MongoError {
  return new MongoError(ErrorCode.CannotIndexParallelArrays, `cannot index parallel arrays [${b}] [${a}]`);
}

/** Whether a walk that stopped at an array continues by position (`a.0.b`) rather than into every element. */
function positional(array: readonly Value[], rest: readonly string[]): boolean {
  const index = rest[0] === undefined ? -1 : arrayIndex(rest[0]);
  return index >= 0 && index < array.length;
}

function resolvePositions(start: Value | undefined, pending: Pending): Walked {
  let walked = walk(start, pending);
  const prefix: string[] = [];
  while (Array.isArray(walked.value) && positional(walked.value, walked.rest)) {
    const [component = '', ...rest] = walked.rest;
    prefix.push(...(walked.arrayPath ? [walked.arrayPath] : []), component);
    const inner = walk(walked.value[arrayIndex(component)], { ...pending, rest });
    const arrayPath = inner.arrayPath === undefined ? undefined : [...prefix, inner.arrayPath].join('.');
    walked = { ...inner, pending, arrayPath };
  }
  return walked;
}

function expand(start: Value | undefined, pendings: readonly Pending[], key: PathKey, out: PathKey[]): void {
  const walked = pendings.map((pending) => resolvePositions(start, pending));
  const filled = [...key];
  const open: Walked[] = [];
  for (const item of walked) {
    if (item.arrayPath === undefined) filled[item.pending.position] = item.value ?? null;
    else open.push(item);
  }
  const [first] = open;
  if (first === undefined) {
    out.push(filled);
    return;
  }
  const parallel = open.find((item) => item.arrayPath !== first.arrayPath);
  if (parallel) throw parallelArrays(first.arrayPath ?? '', parallel.arrayPath ?? '');
  expandArray(first.value as Value[], open, filled, out);
}

function expandArray(array: readonly Value[], open: readonly Walked[], key: PathKey, out: PathKey[]): void {
  if (array.length === 0) {
    const filled = [...key];
    for (const item of open) filled[item.pending.position] = item.rest.length === 0 ? undefined : null;
    out.push(filled);
    return;
  }
  const deeper = open
    .filter((item) => item.rest.length > 0)
    .map((item) => ({ ...item.pending, rest: item.rest }));
  for (const element of array) {
    const filled = [...key];
    for (const item of open) if (item.rest.length === 0) filled[item.pending.position] = element;
    if (deeper.length === 0) out.push(filled);
    else expand(Array.isArray(element) ? null : element, deeper, filled, out);
  }
}

/**
 * What a document has at dotted paths, `undefined` where it has nothing. The whole is undefined if there is an array at a
 * path or on the way: then there may be several keys, see `keysOf`.
 */
export function valuesBesideArrays(
  document: Document,
  paths: readonly (readonly string[])[],
): (Value | undefined)[] | undefined {
  const values: (Value | undefined)[] = [];
  for (const components of paths) {
    let value: Value | undefined = document;
    for (const component of components) {
      value = isDocument(value) ? getField(value, component) : undefined;
      if (Array.isArray(value)) return undefined;
    }
    values.push(value);
  }
  return values;
}

/**
 * All keys that a document has for a list of dotted paths, as MongoDB builds index keys: arrays give a key per
 * element, a missing field gives null, an empty array `undefined`. Two different arrays on the way are refused
 * (CannotIndexParallelArrays, 171). Keys may repeat.
 */
export function keysOf(document: Document, paths: readonly (readonly string[])[]): PathKey[] {
  const out: PathKey[] = [];
  const pendings = paths.map((rest, position) => ({ position, rest }));
  expand(document, pendings, new Array<Value | undefined>(paths.length), out);
  return out;
}
