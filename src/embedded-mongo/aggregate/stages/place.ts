import type { Document, Value } from '../../bson/types.ts';
import { type ProjectedField, type ProjectionNode, runProjection } from '../../projection/projection-node.ts';

/** A function that sets a path in a document to a value, creating documents on the way as `$addFields` does. */
export function projectAt(components: readonly string[]): (document: Document, value: Value) => Document {
  let placed: Value = null;
  const computed: ProjectedField = { kind: 'computed', compute: () => placed };
  const field = components
    .slice(1)
    .reduceRight<ProjectedField>((inner, name) => ({ kind: 'node', node: nodeOf(name, inner) }), computed);
  const run = runProjection(nodeOf(components[0] ?? '', field));
  return (document, value) => {
    placed = value;
    return run(document, { root: document, variables: new Map(), matchedIndex: undefined });
  };
}

function nodeOf(name: string, field: ProjectedField): ProjectionNode {
  return { fields: new Map([[name, field]]), keepsOthers: true };
}
