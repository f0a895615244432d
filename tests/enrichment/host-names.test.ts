import { createHostNames } from '../../src/enrichment/host-names.ts';

describe('the name of an address', () => {
  it('is looked up once, and remembered', async () => {
    const asked: string[] = [];
    const names = createHostNames(async (ip) => {
      asked.push(ip);
      return ['dyn-7.example.net'];
    });

    const found = await Promise.all([names.find('203.0.114.7'), names.find('203.0.114.7')]);
    await names.find('203.0.114.7');

    expect(found).toEqual(['dyn-7.example.net', 'dyn-7.example.net']);
    expect(asked).toEqual(['203.0.114.7']);
  });

  it('is unknown if the look-up fails, and that is remembered, too', async () => {
    let asked = 0;
    const names = createHostNames(async () => {
      asked += 1;
      throw new Error('ENOTFOUND');
    });

    await expect(names.find('8.8.4.4')).resolves.toBeUndefined();
    await expect(names.find('8.8.4.4')).resolves.toBeUndefined();
    expect(asked).toBe(1);
  });

  it.each(['127.0.0.1', '10.0.0.7', '192.168.1.1', 'fd00::1', '::1', 'unknown', ''])(
    'is not asked for if the address is private or none: %p',
    async (ip) => {
      const names = createHostNames(() => Promise.reject(new Error('was asked')));

      await expect(names.find(ip)).resolves.toBeUndefined();
    },
  );

  it('is unknown for now if too many look-ups are under way', async () => {
    const answers: (() => void)[] = [];
    const names = createHostNames(
      (ip) => new Promise((resolve) => answers.push(() => resolve([`host-of-${ip}`]))),
    );
    const first = Array.from({ length: 32 }, (_, index) => names.find(`8.8.4.${index}`));
    const beyond = await names.find('8.8.8.8');
    for (const answer of answers) answer();

    expect(beyond).toBeUndefined();
    await expect(first[31]).resolves.toBe('host-of-8.8.4.31');
  });
});
