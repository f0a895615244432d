import { randomIds } from '../../../src/domain/ids.ts';
import { followMerges, listMerged } from '../../../src/storage/visits/merged-records.ts';
import { unseenVisitor } from '../../../src/storage/visits/new-visitor.ts';
import { type VisitorDocument, visitCollectionsOf } from '../../../src/storage/visits/visitor-documents.ts';
import { useDatabase } from '../../support/use-database.ts';

const database = useDatabase();
const visitors = () => visitCollectionsOf(database.db).visitors;

/** Stores so many people, each of whom but the last turned out to be the next one. */
async function storeChain(length: number): Promise<VisitorDocument[]> {
  const ids = Array.from({ length }, () => randomIds.hexId());
  const people = ids.map((_id, index): VisitorDocument => {
    const into = ids[index + 1];
    const person = unseenVisitor(_id, new Date(1_700_000_000_000 + index), index);
    return into === undefined ? person : { ...person, isMerged: true, mergedInto: into };
  });
  await visitors().insertMany(people);
  return people;
}

const follow = async (from: VisitorDocument | undefined) =>
  (await followMerges(visitors(), from as VisitorDocument))?._id;

describe('who turned out to be whom', () => {
  it('is followed by way of others, both ways', async () => {
    const [first, second, third, last] = await storeChain(4);
    expect(await follow(first)).toBe(last?._id);
    expect(await follow(last)).toBe(last?._id);
    const merged = await listMerged(visitors(), [last?._id ?? '']);
    expect(merged.map(({ _id }) => _id).sort()).toEqual(
      [first, second, third].map((each) => each?._id).sort(),
    );
  });

  it('is nobody if that person has been deleted', async () => {
    const [first, second, last] = await storeChain(3);
    await visitors().deleteOne({ _id: last?._id ?? '' });
    expect(await follow(first)).toBeUndefined();
    expect(await follow(second)).toBeUndefined();
  });

  it('ends in a circle where it began', async () => {
    const [first, second, last] = await storeChain(3);
    await visitors().updateOne(
      { _id: last?._id ?? '' },
      { $set: { isMerged: true, mergedInto: first?._id ?? '' } },
    );
    const inCircle = { ...(first as VisitorDocument) };
    expect(await follow(inCircle)).toBe(first?._id);
    expect(await follow(second)).toBe(second?._id);
    expect(await listMerged(visitors(), [first?._id ?? ''])).toHaveLength(3);
  });
});
