import type { VisitorSearch } from '../../../src/domain/visitors/visitor-search.ts';
import { useService } from '../../support/use-service.ts';
import { until } from '../../support/visitor-search.ts';
import { whileReplaced } from '../../support/while-replaced.ts';

const { service, admin } = useService();

describe('searches of visitors', () => {
  it('say if some may be missing, since not all visitors have been read yet', async () => {
    const headersOf = () =>
      Promise.all(
        [
          admin.get('livechat/visitors.search', { term: 'nobody' }),
          admin.get('livechat/visitors.autocomplete', { selector: '{"term":"nobody"}' }),
          admin.get('omnichannel/contact.search', { email: 'nobody@x.io' }),
        ].map(async (answer) => (await answer).headers['x-foyer-search']),
      );
    await until(async () => (await headersOf()).every((header) => header === undefined));
    const { visitorSearch } = service.deps;
    const whole = { ...visitorSearch };
    const partial: Partial<VisitorSearch> = {
      search: async (...given) => ({ ...(await whole.search(...given)), isComplete: false }),
      listByNamePrefix: async (...given) => ({
        ...(await whole.listByNamePrefix(...given)),
        isComplete: false,
      }),
      findContact: async (...given) => ({ ...(await whole.findContact(...given)), isComplete: false }),
    };
    await whileReplaced(visitorSearch, partial, async () =>
      expect(await headersOf()).toEqual(['partial', 'partial', 'partial']),
    );
  });
});
