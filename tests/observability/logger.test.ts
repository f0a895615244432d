import { withRequestId } from '../../src/observability/request-id.ts';
import { logBook } from '../support/log-book.ts';

describe('a log line', () => {
  it('carries the id of its own request, even after a wait', async () => {
    const { lines, logger } = logBook('info');
    const turn = () => new Promise(setImmediate);
    const serve = (requestId: string) =>
      withRequestId(requestId, async () => {
        logger.info('begun');
        await turn();
        logger.child({ part: 'storage' }).warn('done');
      });
    await Promise.all([serve('one'), serve('two')]);
    logger.info('later');
    const written = lines.map((line) => JSON.parse(line)).map(({ msg, requestId }) => [msg, requestId]);
    expect(written).toEqual([
      ['begun', 'one'],
      ['begun', 'two'],
      ['done', 'one'],
      ['done', 'two'],
      ['later', undefined],
    ]);
  });
});
