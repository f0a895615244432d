import request from 'supertest';
import { checked } from '../../support/client.ts';
import { insertAgent, startChat } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, unique } from '../../support/visitors.ts';

const { service, anyone } = useService();
beforeAll(async () => {
  await insertAgent(service);
});

describe('GET /file-upload/:id/:name', () => {
  it('gives away no file that is unknown, unfinished, elsewhere, or of another kind of room', async () => {
    const { rid } = await startChat(anyone);
    const uploads = collection(service.db, 'uploads');
    const files = collection(service.db, 'uploads.files');
    const whole = { rid, store: 'GridFS:Uploads', complete: true, type: 'image/png' };
    const insert = async (given: object) => {
      const _id = unique('upload');
      await uploads.insertOne({ _id, ...whole, ...given });
      await files.insertOne({ _id, length: 0 });
      return checked(request(service.app).get(`/file-upload/${_id}/x.png`));
    };
    expect((await insert({})).status).toBe(200);
    expect((await insert({ complete: false })).status).toBe(404);
    expect((await insert({ store: 'AmazonS3:Uploads' })).status).toBe(404);
    expect((await insert({ rid: 'GENERAL' })).status).toBe(404);
    expect((await checked(request(service.app).get('/file-upload/nothing/x'))).status).toBe(404);
    expect((await checked(request(service.app).get('/file-upload/a%00b/x'))).status).toBe(404);
  });

  it('looks for no file if the query has more than can be read', async () => {
    const rooms = Array.from({ length: 501 }, (_, n) => `rc_rid[${n}]=a`).join('&');
    const answer = await checked(request(service.app).get(`/file-upload/nothing/x?${rooms}`));
    expect([answer.status, answer.text]).toEqual([400, '400 Bad Request']);
  });
});
