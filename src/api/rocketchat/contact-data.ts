import type { TextKind } from '../../domain/text/max-lengths.ts';
import { mostContactData } from '../../domain/visitors/visitor.ts';
import { arrayOf, type Schema, string } from './validation/schema.ts';

/** Addresses or numbers of a contact. */
export const contactTexts = (kind: Extract<TextKind, 'email' | 'phone'>): Schema<string[]> => ({
  ...arrayOf(string(kind)),
  maxItems: mostContactData,
});
