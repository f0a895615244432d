import { literalPattern } from '../../../src/storage/mongodb/literal-pattern.ts';
import { useDatabase } from '../../support/use-database.ts';

const database = useDatabase();

it.each(['a.b', '^[a-z]+$', '(?i)x', 'a/b\\d', 'nothing\0hidden'])(
  'matches only the text itself: %j',
  async (text) => {
    const texts = database.db.collection<{ _id: string; text: string }>('texts');
    await texts.deleteMany({ _id: { $gte: '' } });
    await texts.insertMany([
      { _id: 'same', text: `before ${text} after` },
      { _id: 'other', text: 'axb abc x nothing' },
    ]);
    const found = texts.find({ _id: { $gte: '' }, text: { $regex: literalPattern(text) } });
    expect((await found.toArray()).map(({ _id }) => _id)).toEqual(['same']);
  },
);
