import type { Request } from 'express';
import { type VisitState, visitStates } from '../../domain/visits/visit-state.ts';
import { decodeBody } from '../../http/request-body.ts';
import { invalid } from './errors.ts';

/**
 * A parameter of the query with one value; undefined if it is missing or empty.
 * @throws {LiveChatError} 400
 */
export function queryText(req: Request, name: string): string | undefined {
  const value = req.query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw invalid(`${name} must have one value`);
}

const isState = (text: string): text is VisitState => (visitStates as readonly string[]).includes(text);

/**
 * The state that visitors are to be in. LiveChat's own sample has `online`, which its documentation does not list.
 * @throws {LiveChatError} 400
 */
export function stateOf(req: Request): VisitState | undefined {
  const text = queryText(req, 'state');
  if (text === undefined) return undefined;
  const state = text === 'online' ? 'browsing' : text;
  if (isState(state)) return state;
  throw invalid(`state must be one of ${visitStates.join(', ')}`);
}

const groupNumber = /^\d{1,15}$/;
const mostGroups = 100;

/**
 * The numbers of groups, however the client writes the list: `group[]=0`, `group[0]=0`, `group=0`.
 * @throws {LiveChatError} 400
 */
export function groupsOf(req: Request): readonly number[] | undefined {
  const given = req.query.group;
  if (given === undefined || given === '') return undefined;
  const texts: readonly unknown[] =
    typeof given === 'object' ? (Array.isArray(given) ? given : Object.values(given)) : [given];
  const valid = texts.length <= mostGroups && texts.every((text) => groupNumber.test(String(text)));
  if (!valid) throw invalid('group must be a list of group numbers');
  return texts.map(Number);
}

/**
 * The number of the group that the path names.
 * @throws {LiveChatError} 400
 */
export function groupInPath(req: Request): number {
  const text = String(req.params.id);
  if (groupNumber.test(text)) return Number(text);
  throw invalid('The id of a group must be a number');
}

/**
 * The id of the chat that the path names.
 * @throws {LiveChatError} 400
 */
export function chatInPath(req: Request): string {
  const code = String(req.params.id);
  if (/^[A-Z0-9]{10}$/.test(code)) return code;
  throw invalid('The id of a chat has ten letters and digits');
}

/**
 * Whether only the number of visitors is asked for.
 * @throws {LiveChatError} 400
 */
export function countOf(req: Request): boolean {
  const text = queryText(req, 'count') ?? '0';
  if (text !== '0' && text !== '1') throw invalid('count must be 0 or 1');
  return text === '1';
}

/**
 * The page, from 1 on.
 * @throws {LiveChatError} 400
 */
export function pageOf(req: Request): number {
  const text = queryText(req, 'page') ?? '1';
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw invalid('page must be a positive number');
}

/**
 * A switch that is 0 or 1; undefined if it is missing.
 * @throws {LiveChatError} 400
 */
export function switchOf(req: Request, name: string): boolean | undefined {
  const text = queryText(req, name);
  if (text === undefined) return undefined;
  if (text !== '0' && text !== '1') throw invalid(`${name} must be 0 or 1`);
  return text === '1';
}

/** The body, by whatever content type: a form with brackets, or JSON. */
export function bodyOf(req: Request): Readonly<Record<string, unknown>> {
  const decoded = decodeBody(req, { forms: 'nested' });
  if ('problem' in decoded) throw invalid(decoded.problem);
  const { value } = decoded;
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw invalid('The body must be a form or a JSON object');
}
