import type { Request } from 'express';
import { errorList } from './errors.ts';

/** REVE Chat's ids are signed 64-bit integers. */
const largestId = 2n ** 63n - 1n;

const positive = (text: string): bigint | undefined => {
  if (!/^\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value > 0n && value <= largestId ? value : undefined;
};

/** How much of a wrong value is repeated in the answer. */
const shownLength = 100;

const queryText = (req: Request, name: string): string | undefined => {
  const value = req.query[name];
  if (value === undefined || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/**
 * The requested page, from 1 on.
 * @throws {ReveChatError} 400
 */
export function pageNumber(req: Request): number {
  const text = queryText(req, 'page_no') ?? '1';
  const page = positive(text);
  if (page !== undefined) return Number(page);
  const shown = text.slice(0, shownLength);
  throw errorList(400, `Invalid Page Number: ${shown}. Please enter a valid Page Number.`);
}

/**
 * The id in the path. No record has a number above 2^53, but an answer repeats whatever was asked for.
 * @param words how REVE Chat spells the id in its sentence.
 * @throws {ReveChatError} 400
 */
export const idOf =
  (words: string, valid = 'valid') =>
  (req: Request): bigint => {
    const text = String(req.params.id ?? '');
    const id = positive(text);
    if (id !== undefined) return id;
    const shown = text.slice(0, shownLength);
    throw errorList(400, `Invalid ${words}: ${shown}. Please enter a ${valid} ${words}.`);
  };

const dayMs = 24 * 60 * 60 * 1000;

/**
 * A whole day in UTC, as `YYYY-MM-DD`.
 * @returns its first moment, or its last one; undefined if the parameter is missing.
 * @throws {ReveChatError} 400
 */
export function dayOf(req: Request, name: string, edge: 'start' | 'end'): Date | undefined {
  const text = queryText(req, name);
  if (text === undefined) return undefined;
  const start = startOfDay(text);
  if (start === undefined)
    throw errorList(400, `Invalid Date: ${text.slice(0, shownLength)}. Please enter a valid Date.`);
  return new Date(edge === 'start' ? start : start + dayMs - 1);
}

/** When a day begins in UTC, in epoch milliseconds; undefined for what is no day, such as the 30th of February. */
function startOfDay(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const start = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(start) && new Date(start).toISOString().startsWith(text) ? start : undefined;
}

/**
 * The id of an agent, to filter by.
 * @throws {ReveChatError} 400
 */
export function agentNumber(req: Request): number | undefined {
  const text = queryText(req, 'agent_id');
  if (text === undefined) return undefined;
  const id = positive(text);
  if (id !== undefined) return Number(id);
  throw errorList(400, `Invalid Agent Id: ${text.slice(0, shownLength)}. Please enter a valid Agent Id.`);
}

/**
 * The address of an agent, to filter by.
 * @throws {ReveChatError} 400
 */
export function agentEmail(req: Request): string | undefined {
  const text = queryText(req, 'agent_email_id');
  if (text === undefined || typeof req.query.agent_email_id === 'string') return text?.toLowerCase();
  const shown = text.slice(0, shownLength);
  throw errorList(400, `Invalid Agent Email Id: ${shown}. Please enter a valid Agent Email Id.`);
}
