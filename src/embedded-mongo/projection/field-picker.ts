import { documentOfElements } from '../bson/raw.ts';
import { BsonType } from '../bson/types.ts';
import { endOfCString, endOfValue } from '../bson/value-sizes.ts';
import type { ProjectionNode } from './projection-node.ts';

interface Wanted {
  readonly name: Buffer;
  /** What is wanted of the documents there; undefined for all. */
  readonly inside: FieldPicker | undefined;
}

/** An inclusion of fields by their paths, applied to documents in BSON. */
export class FieldPicker {
  readonly #wanted: readonly Wanted[];

  private constructor(wanted: readonly Wanted[]) {
    this.#wanted = wanted;
  }

  /** Undefined if the projection does more than to include. */
  static of({ keepsOthers, fields }: ProjectionNode): FieldPicker | undefined {
    if (keepsOthers) return undefined;
    const wanted: Wanted[] = [];
    for (const [name, field] of fields) {
      const inside = field.kind === 'node' ? FieldPicker.of(field.node) : undefined;
      if (inside === undefined && field.kind !== 'include' && field.kind !== 'kept') return undefined;
      wanted.push({ name: Buffer.from(name), inside });
    }
    return new FieldPicker(wanted);
  }

  /**
   * The document with the wanted fields only, in their order; undefined if a path leads into an array, whose elements
   * must be looked at one by one.
   */
  pick(document: Buffer): Buffer | undefined {
    const last = document.readInt32LE(0) - 1;
    const picked: Buffer[] = [];
    for (let start = 4; start < last; ) {
      const type = document[start] ?? 0;
      const value = endOfCString(document, start + 1);
      const end = endOfValue(document, type, value);
      const wanted = this.#find(document, start + 1, value - 1);
      if (wanted?.inside === undefined) {
        if (wanted) picked.push(document.subarray(start, end));
      } else if (type === BsonType.object) {
        const inner = wanted.inside.pick(document.subarray(value, end));
        if (inner === undefined) return undefined;
        picked.push(document.subarray(start, value), inner);
      } else if (type === BsonType.array) return undefined;
      start = end;
    }
    return documentOfElements(picked);
  }

  #find(document: Buffer, start: number, end: number): Wanted | undefined {
    for (const wanted of this.#wanted) if (isAt(document, start, end, wanted.name)) return wanted;
    return undefined;
  }
}

function isAt(bytes: Buffer, start: number, end: number, name: Buffer): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i += 1) if (bytes[start + i] !== name[i]) return false;
  return true;
}
