import { openSocket, type RawSocket } from '../../support/raw-socket.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { openWire, type Wire } from '../../support/wire.ts';

const path = '/api/v1/livechat/page.visited';
const pageInfo = { change: 'url', title: 'Cart', location: { href: 'https://shop.example/cart' } };
const view = JSON.stringify({ token: 'shopper', pageInfo });

describe('bodies that arrive at once', () => {
  let service: TestService;
  let wire: Wire;
  let port: number;
  beforeAll(async () => {
    service = await startTestService({ HTTP_FORWARDED_COUNT: '1' });
    ({ port } = await service.start());
    wire = openWire({ port });
  });
  afterAll(async () => {
    wire.close();
    await service.stop();
  });
  const viewFrom = async (address: string) => {
    const headers = { 'Content-Type': 'application/json', 'X-Forwarded-For': address };
    return (await wire.sendChecked({ method: 'POST', path, headers, body: view })).status;
  };
  /** Begins an upload of a megabyte; the interim answer says that the service has begun to read it. */
  const upload = async (): Promise<{ connection: RawSocket; answer: string }> => {
    const connection = await openSocket(port);
    const head = ['Host: x', 'X-Forwarded-For: 10.0.0.1', 'Content-Length: 1048576', 'Expect: 100-continue'];
    connection.write([`POST ${path} HTTP/1.1`, ...head, '', ''].join('\r\n'));
    await connection.receive(/100 Continue/);
    connection.write('x'.repeat(100_000));
    return { connection, answer: await Promise.race([connection.receive(/503 .*\}/s), stillReading()]) };
  };
  const stillReading = async () => {
    expect(await viewFrom('10.0.0.2')).toBe(200);
    return 'still reading';
  };

  it('are refused to an address that holds more than its share, and to nobody else', async () => {
    const uploads = [await upload(), await upload()];
    expect(uploads[0]?.answer).toBe('still reading');
    expect(uploads[1]?.answer).toContain('{"success":false,"error":"Service Unavailable"}');
    expect(await viewFrom('10.0.0.1')).toBe(200);
    for (const { connection } of uploads) connection.close();
  });

  it('make room for others when they are cut off', async () => {
    let last = await upload();
    // The service learns of the end of the earlier ones in its own time.
    while (last.answer !== 'still reading') last = await upload();
    last.connection.close();
  });
});
