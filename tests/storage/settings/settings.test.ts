import { MongoServerError } from 'mongodb';
import type { SettingStore } from '../../../src/domain/settings/settings.ts';
import type { Refreshable } from '../../../src/storage/settings/refresh.ts';
import { createSettingStore, isKeptInMemory } from '../../../src/storage/settings/settings.ts';
import { useDatabase } from '../../support/use-database.ts';
import { collection } from '../../support/visitors.ts';

const database = useDatabase();

describe('settings in the database', () => {
  const open = async (
    stored: Readonly<Record<string, unknown>>,
    overrides: Readonly<Record<string, string>> = {},
  ): Promise<SettingStore & Refreshable> => {
    const documents = Object.entries(stored).map(([_id, value]) => ({ _id, value }));
    await collection(database.db, 'settings').insertMany(documents);
    const store = createSettingStore(database.db, overrides);
    await store.refresh();
    return store;
  };
  afterEach(async () => {
    await collection(database.db, 'settings').deleteMany({ _id: { $gte: '' } });
  });

  it('are read in their types, even if they are stored as strings', async () => {
    const settings = await open({
      Message_AllowEditing: 'false',
      Livechat_enabled: 'true',
      API_Upper_Count_Limit: '7',
      Hide_System_Messages: 'uj,,ul',
    });
    expect(settings.get('Message_AllowEditing')).toBe(false);
    expect(settings.get('Livechat_enabled')).toBe(true);
    expect(settings.get('API_Upper_Count_Limit')).toBe(7);
    expect(settings.get('Hide_System_Messages')).toEqual(['uj', 'ul']);
  });

  it('have their defaults if what is stored makes no sense', async () => {
    const settings = await open({
      API_Upper_Count_Limit: ' ',
      API_Default_Count: 'many',
      Message_AllowDeleting: 0,
      Hide_System_Messages: 5,
    });
    expect(settings.get('API_Upper_Count_Limit')).toBe(100);
    expect(settings.get('API_Default_Count')).toBe(50);
    expect(settings.get('Message_AllowDeleting')).toBe(true);
    expect(settings.get('Hide_System_Messages')).toEqual([]);
  });

  it('are overridden by the environment, whatever is stored', async () => {
    const overrides = { API_Default_Count: '7', Site_Name: 'Overridden' };
    const settings = await open({ API_Default_Count: 9, Site_Name: 'Stored' }, overrides);
    expect(settings.get('API_Default_Count')).toBe(7);
    expect(await settings.find('Site_Name')).toEqual({ _id: 'Site_Name', value: 'Overridden' });
    expect(await settings.set('API_Default_Count', 8, new Date())).toBe(false);
    expect(settings.get('API_Default_Count')).toBe(7);
  });

  it('let only proofs join visitors, unless Rocket.Chat created the database or the site decides otherwise', async () => {
    const matching = async (stored: Readonly<Record<string, unknown>>) => {
      await collection(database.db, 'settings').deleteMany({ _id: { $gte: '' } });
      return (await open(stored)).get('Foyer_Visitor_Matching');
    };
    expect(await matching({ Livechat_guest_count: 2 })).toBe('proven');
    expect(await matching({ uniqueID: 'abc' })).toBe('rocketchat');
    expect(await matching({ uniqueID: 'abc', Foyer_Visitor_Matching: 'proven' })).toBe('proven');
    expect(await matching({ Foyer_Visitor_Matching: 'rocketchat' })).toBe('rocketchat');
  });

  it('take effect as soon as they are set', async () => {
    const settings = await open({ Livechat_enabled: true });
    await settings.set('Livechat_enabled', false, new Date());
    expect(settings.get('Livechat_enabled')).toBe(false);
  });

  it('are stored, too, if another request creates the document at the same moment', async () => {
    const id = 'Message_AllowEditing';
    const documents = database.db.collection<{ _id: string }>('rocketchat_settings');
    // MongoDB answers an upsert whose filter has more than equalities with 11000 if another one is faster.
    const racing: typeof documents = Object.create(documents, {
      updateOne: {
        async value(...given: Parameters<typeof documents.updateOne>) {
          if (given[2]?.upsert !== true) return documents.updateOne(...given);
          await documents.insertOne({ _id: id });
          throw new MongoServerError({ message: 'E11000 duplicate key error', code: 11_000 });
        },
      },
    });
    const db: typeof database.db = Object.create(database.db, { collection: { value: () => racing } });
    expect(await createSettingStore(db, {}).set(id, false, new Date())).toBe(true);
    expect(await documents.findOne({ _id: id })).toMatchObject({ value: false });
  });

  it('are not read again for each new guest, whose number is one of them', () => {
    expect(isKeptInMemory('Livechat_enabled')).toBe(true);
    expect(isKeptInMemory('Livechat_guest_count')).toBe(false);
  });
});
