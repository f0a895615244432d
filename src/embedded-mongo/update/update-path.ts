import { isDbRefField, splitPath } from '../bson/fields.ts';
import { checkPathDepth } from '../bson/limits.ts';
import { badValue, ErrorCode, MongoError } from '../errors.ts';

const filterIdentifier = /^\$\[([^\]]*)\]$/;

/** The identifier of `$[identifier]`, empty for `$[]`; undefined for any other component. */
export function identifierOf(component: string): string | undefined {
  return filterIdentifier.exec(component)?.[1];
}

/** Whether a component stands for elements of an array: `$`, `$[]` or `$[identifier]`. */
export function isPlaceholder(component: string): boolean {
  return component === '$' || identifierOf(component) !== undefined;
}

/** The components of an update path; throws MongoDB's error for an invalid path. */
export function parseUpdatePath(path: string): string[] {
  if (path === '') {
    throw new MongoError(ErrorCode.EmptyFieldName, 'An empty update path is not valid.');
  }
  const components = splitPath(path);
  checkPathDepth(components);
  for (const [i, component] of components.entries()) {
    if (component === '') {
      throw new MongoError(
        ErrorCode.EmptyFieldName,
        `The update path '${path}' contains an empty field name, which is not allowed.`,
      );
    }
    if (!component.startsWith('$') || (i > 0 && isDbRefField(component))) continue;
    if (!isPlaceholder(component)) {
      throw new MongoError(
        ErrorCode.DollarPrefixedFieldName,
        `The dollar ($) prefixed field '${component}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
      );
    }
    if (i === 0) {
      throw badValue(`Cannot have positional (i.e. '$') element in the first position in path '${path}'`);
    }
  }
  if (components.filter((component) => component === '$').length > 1) {
    throw badValue(`Too many positional (i.e. '$') elements found in path '${path}'`);
  }
  return components;
}
