/** Some of a document's fields by name: of each, some of the fields inside it, or all of it (`whole`). */
export type FieldTree = ReadonlyMap<string, FieldTree>;

/** All of a field, whatever it contains. */
export const whole: FieldTree = new Map();

type Growing = Map<string, FieldTree>;

function add(tree: Growing, path: readonly string[], from: number): void {
  const name = path[from] ?? '';
  const known = tree.get(name);
  if (known === whole) return;
  if (from + 1 >= path.length) {
    tree.set(name, whole);
    return;
  }
  const inner: Growing = new Map(known);
  tree.set(name, inner);
  add(inner, path, from + 1);
}

/** The fields that hold all that is at these paths, each given by its components. */
export function fieldTree(paths: Iterable<readonly string[]>): FieldTree {
  const tree: Growing = new Map();
  for (const path of paths) add(tree, path, 0);
  return tree;
}
