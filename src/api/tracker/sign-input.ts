import type { Request } from 'express';
import { body, matchedData, type ValidationChain, validationResult } from 'express-validator';
import type { TrackerReport } from '../../domain/pages/take-tracker-sign.ts';
import { parseBoundedJson } from '../../domain/text/bounded-json.ts';
import { isLongerThan, maxLengths, type TextKind } from '../../domain/text/max-lengths.ts';
import { decodeBody } from '../../http/request-body.ts';
import { TrackerRefusal } from './refusal.ts';

/** What the tracker sends, as it stands in the body. */
export type TrackerSign = TrackerReport & {
  /** The licence number of the service. */
  readonly key: string;
};

const types = ['page', 'title', 'heartbeat', 'greeting'];
const outcomes = ['shown', 'accepted', 'refused'];
const mostVariables = 100;
/** LiveChat's own bounds. */
const longestVariable = { key: 500, value: 3_500 };

const atMost = (max: number, chain: ValidationChain) =>
  chain
    .isString()
    .bail()
    .custom((given: string) => !isLongerThan(max, given))
    .withMessage(`must NOT have more than ${max} characters`);
const text = (name: string, of: TextKind) => atMost(maxLengths[of], body(name));
const optionalText = (name: string, of: TextKind) => atMost(maxLengths[of], body(name).optional());
/** Requires fields of signs of these types. */
const required = (ofTypes: readonly string[], names: string[]) =>
  body(names)
    .if(body('type').isIn([...ofTypes]))
    .exists();

const chains = [
  body().isObject().bail().withMessage('is not a JSON object'),
  text('key', 'id'),
  text('token', 'token').bail().trim().notEmpty(),
  body('type').isString().bail().isIn(types),
  required(['page', 'title'], ['url', 'title']),
  required(['greeting'], ['greeting.name', 'greeting.outcome']),
  optionalText('url', 'pageAddress'),
  optionalText('title', 'pageTitle'),
  optionalText('referrer', 'pageAddress'),
  body('greeting').optional().isObject(),
  optionalText('greeting.name', 'name'),
  body('greeting.outcome').optional().isString().bail().isIn(outcomes),
  body('variables').optional().isArray({ max: mostVariables }),
  atMost(longestVariable.key, body('variables.*.key')),
  atMost(longestVariable.value, body('variables.*.value')),
  body('group')
    .optional()
    .custom((given) => Number.isSafeInteger(given) && given >= 0 && given < 1e9),
  optionalText('platform', 'word'),
  optionalText('language', 'word'),
  optionalText('timezone', 'word'),
];

/**
 * Reads what the tracker sent: JSON under whatever content type, since browsers send it as plain text without asking
 * beforehand.
 * @throws {TrackerRefusal} that names what is wrong first.
 */
export async function readSign(req: Request): Promise<TrackerSign> {
  const request = { body: jsonOf(req) };
  // One after the other, up to the first that fails: what a list contains is not looked at if it is too long.
  for (const chain of chains) if (!(await chain.run(request)).isEmpty()) break;
  const [problem] = validationResult(request).array();
  if (problem) {
    const where = problem.type === 'field' ? problem.path : '';
    throw new TrackerRefusal(
      400,
      `"${where}" ${problem.msg === 'Invalid value' ? 'is not as expected' : problem.msg}`,
    );
  }
  const { greeting, ...sign } = matchedData<TrackerSign>(request, { locations: ['body'] });
  return { ...sign, ...(greeting && sign.type === 'greeting' ? { greeting } : {}) };
}

function jsonOf(req: Request): unknown {
  const decoded = decodeBody(req);
  if ('problem' in decoded) throw new TrackerRefusal(400, decoded.problem);
  if (typeof decoded.value !== 'string') return decoded.value;
  try {
    return parseBoundedJson(decoded.value);
  } catch {
    throw new TrackerRefusal(400, 'The request body is not valid JSON');
  }
}
