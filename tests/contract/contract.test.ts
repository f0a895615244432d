import { checkResponse, type ObservedAnswer } from '../support/contract.ts';
import { findOperation } from '../support/openapi.ts';

const visitor = { _id: 'v1', token: 't1', ts: '2026-01-31T08:15:30.123Z' };
const answer = (change: Partial<ObservedAnswer> = {}): ObservedAnswer => ({
  method: 'GET',
  path: '/api/v1/livechat/visitor/t1',
  status: 200,
  contentType: 'application/json',
  body: { visitor, success: true },
  ...change,
});
const checking = (change: Partial<ObservedAnswer>) => () => checkResponse(answer(change));

describe('checking an answer against openapi.yaml', () => {
  it('finds the operation by the most literal path', () => {
    expect(findOperation('GET', '/api/v1/livechat/visitor/t1')?.id).toBe('livechat-visitor-get');
    expect(findOperation('GET', '/api/v1/livechat/room1/messages')?.id).toBe('livechat-rid-messages');
    expect(findOperation('GET', '/api/v1/livechat/visitors.pagesVisited')?.id).toBe(
      'livechat-visitors-pages-visited-query',
    );
    expect(findOperation('GET', '/api/v1/livechat/visitorsXinfo')).toBeUndefined();
    expect(findOperation('GET', '/')?.id).toBe('home');
  });

  it('accepts what is documented, and the 404 of an unknown address', () => {
    expect(checking({})).not.toThrow();
    expect(checking({ path: '/api/v1/livechat/visitor/t1?x=1' })).not.toThrow();
    expect(checking({ path: '/nowhere', status: 404, contentType: 'text/plain', body: '' })).not.toThrow();
  });

  it('rejects an answer from an address that is not documented', () => {
    expect(checking({ path: '/nowhere' })).toThrow('no such operation');
  });

  it('rejects a status, content type or body that is not documented, and says which', () => {
    expect(checking({ status: 418 })).toThrow('the status is not documented');
    expect(checking({ contentType: 'application/json; charset=utf-8' })).toThrow(
      'the content type is application/json; charset=utf-8, not application/json',
    );
    expect(checking({ body: { visitor: { ...visitor, secret: 1 }, success: true } })).toThrow('(secret)');
    expect(checking({ body: { visitor } })).toThrow("must have required property 'success'");
    expect(checking({ body: { visitor: { ...visitor, ts: 'yesterday' }, success: true } })).toThrow(
      'date-time',
    );
    expect(checking({ status: 400, body: 'oops' })).toThrow('must be object');
  });
});
