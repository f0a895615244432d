import { reachOf, type Visitor } from '../../domain/visitors/visitor.ts';

/** What a visitor filled in before the chat, as far as they did, with LiveChat's labels. */
export function surveyAnswers(visitor: Visitor | undefined) {
  const { email, phone } = reachOf(visitor);
  return [
    { id: 'name', label: 'Name:', answer: visitor?.name ?? '' },
    { id: 'email', label: 'E-mail:', answer: email },
    { id: 'phone', label: 'Phone:', answer: phone },
  ].filter(({ answer }) => answer !== '');
}
