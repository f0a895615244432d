import type { Request } from 'express';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import type { GoalOrder } from '../../../domain/visitor-details/reached-goal.ts';
import { endpoint, seesVisitors } from '../endpoint.ts';
import { invalid, notFound } from '../errors.ts';
import { bodyOf } from '../params.ts';

interface Marking {
  readonly goal: number;
  readonly visitorId: string;
  readonly order: GoalOrder;
}

type MarkDeps = Pick<Dependencies, 'chatSummaries' | 'clock' | 'reachedGoals' | 'visitorRecords'>;

/** `POST goals/:id/mark_as_successful`: a visitor has reached a goal of the site's, whatever number it has there. */
export const goalsMarkAsSuccessful = (deps: MarkDeps) =>
  endpoint({
    operationId: 'livechatinc-goals-mark-as-successful',
    method: 'post',
    path: '/goals/:id/mark_as_successful',
    access: seesVisitors,
    input: async (req) => readMarking(req),
    async handle({ goal, visitorId, order }) {
      const record = await deps.visitorRecords.find({ by: 'liveChatId', value: visitorId });
      if (record === null) throw notFound('There is no visitor with this id');
      const { recordId, visitorId: id } = record;
      const chats = id === undefined ? undefined : (await deps.chatSummaries.listByVisitors([id])).get(id);
      const room = chats && { roomId: chats.last.roomId };
      const reached = { recordId, goal, ...room, order, reachedAt: deps.clock() };
      if (!(await deps.reachedGoals.add(reached))) throw invalid('This visitor has reached too many goals');
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
