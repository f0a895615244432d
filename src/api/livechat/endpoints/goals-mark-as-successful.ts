import type { Request } from 'express';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import {
  type MarkGoalDeps,
  markGoalAsReached,
} from '../../../domain/visitor-details/mark-goal-as-reached.ts';
import type { GoalOrder } from '../../../domain/visitor-details/reached-goal.ts';
import { endpoint, seesVisitors } from '../endpoint.ts';
import { invalid } from '../errors.ts';
import { bodyOf } from '../params.ts';

interface Marking {
  readonly goal: number;
  readonly visitorId: string;
  readonly order: GoalOrder;
}

/** `POST goals/:id/mark_as_successful`: a visitor has reached a goal of the site's, whatever number it has there. */
export const goalsMarkAsSuccessful = (deps: MarkGoalDeps) =>
  endpoint({
    operationId: 'livechatinc-goals-mark-as-successful',
    method: 'post',
    path: '/goals/:id/mark_as_successful',
    access: seesVisitors,
    input: async (req) => readMarking(req),
    async handle({ goal, visitorId, order }) {
      await markGoalAsReached(deps, { by: 'liveChatId', value: visitorId }, { goal, order });
      return { result: 'goal marked as successful' };
    },
  });

function readMarking(req: Request): Marking {
  const body = bodyOf(req);
  const problems: string[] = [];
  const text = (name: string, max: number, form = /^/): string => {
    const value = body[name] ?? '';
    const given = typeof value === 'number' ? String(value) : value;
    const isValid = typeof given === 'string' && given.length <= max && (given === '' || form.test(given));
    if (!isValid) problems.push(`${name} is not valid`);
    return isValid ? given : '';
  };
  const goal = String(req.params.id);
  if (!/^[1-9]\d{0,14}$/.test(goal)) problems.push('The number of the goal is not valid');
  const visitorId = text('visitor_id', maxLengths.id);
  if (visitorId === '') problems.push('visitor_id is required');
  const order = {
    id: text('order_id', maxLengths.name),
    description: text('order_description', maxLengths.description),
    price: text('order_price', 20, /^\d+(\.\d+)?$/),
    currency: text('order_currency', 3, /^[A-Za-z]{3}$/),
  };
  if (problems.length > 0) throw invalid(...problems);
  return { goal: Number(goal), visitorId, order };
}
