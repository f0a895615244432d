import type { Request } from 'express';
import { checkExact, matchedData, param, type ValidationChain, validationResult } from 'express-validator';
import { maxLengths } from '../../domain/text/max-lengths.ts';
import { decodeBody } from '../../http/request-body.ts';
import { Problem } from './problem.ts';

/**
 * Reads what the chains validate; members of the body that none of them names are refused.
 * @returns a reader that throws a `Problem` (400) with everything that is wrong.
 */
export const validated =
  <Input extends object>(...chains: ValidationChain[]) =>
  async (req: Request): Promise<Input> => {
    const read = decodeBody(req);
    if ('problem' in read) throw new Problem(400, 'unreadable-request', { detail: read.problem });
    // A plain object, since Express's own `query` cannot be written to.
    const decoded = { params: req.params, query: req.query, body: read.value };
    await checkExact(chains, { locations: ['body', 'params'] }).run(decoded);
    const errors = validationResult(decoded).array({ onlyFirstError: true });
    if (errors.length === 0) return matchedData<Input>(decoded);
    throw new Problem(400, 'invalid-input', {
      errors: errors.map((error) =>
        error.type === 'field'
          ? { in: error.location, field: error.path, message: String(error.msg) }
          : { in: 'body', field: '', message: 'has members that are not known' },
      ),
    });
  };

/** The id in a path. */
export const idInPath = (): ValidationChain => param('id').isString().isLength({ max: maxLengths.id });
