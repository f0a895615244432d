import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { noPlace } from '../../src/domain/visits/visit.ts';
import { openPlaceFinder } from '../../src/enrichment/place-finder.ts';
import { placeOf } from '../../src/enrichment/place-of.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { placeDatabase } from '../support/place-database.ts';

describe('the place of an address', () => {
  it('is read from an entry in MaxMind’s form', () => {
    const city = {
      country: { iso_code: 'PL', names: { en: 'Poland', de: 'Polen' } },
      subdivisions: [{ iso_code: 'DS', names: { en: 'Lower Silesia' } }],
      city: { names: { en: 'Wroclaw' } },
      location: { latitude: 51.1, longitude: 17.033_349, time_zone: 'Europe/Warsaw' },
    };

    expect(placeOf(city, { autonomous_system_organization: 'EXAMPLE NET' })).toEqual({
      country: 'Poland',
      countryCode: 'PL',
      region: 'Lower Silesia',
      city: 'Wroclaw',
      latitude: '51.1',
      longitude: '17.0333',
      timezone: 'Europe/Warsaw',
      isp: 'EXAMPLE NET',
    });
  });

  it('is read from an entry in the flat form', () => {
    const city = { city: 'Amsterdam', country_code: 'NL', state1: 'North Holland', latitude: 52.3676 };

    expect(placeOf(city, null)).toEqual({
      ...noPlace,
      country: 'Netherlands',
      countryCode: 'NL',
      region: 'North Holland',
      city: 'Amsterdam',
      latitude: '52.3676',
    });
  });

  it('is empty wherever an entry has nothing or something odd', () => {
    expect(placeOf({ city: 7, country_code: 'nowhere', latitude: 'x' }, {})).toEqual({
      ...noPlace,
      countryCode: 'nowhere',
    });
  });

  it('is found by the next database where one lacks its end', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'foyer-geoip-'));
    const [trimmed, whole] = [path.join(folder, 'trimmed.mmdb'), path.join(folder, 'whole.mmdb')];
    writeFileSync(whole, placeDatabase('Rome'));
    writeFileSync(trimmed, placeDatabase('Rome', 200));
    const logger = createLogger('silent');

    const places = await openPlaceFinder({ city: [trimmed, whole], networks: [trimmed] }, logger);
    const onlyTrimmed = await openPlaceFinder({ city: [trimmed], networks: [] }, logger);

    expect(places.placeOf('10.0.0.1')).toEqual({ ...noPlace, city: 'Rome' });
    expect(places.placeOf('203.0.113.7')).toEqual(noPlace);
    expect(onlyTrimmed.placeOf('10.0.0.1')).toEqual(noPlace);
    rmSync(folder, { recursive: true });
  });

  it('is unknown without a database, and with a damaged one', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'foyer-geoip-'));
    const damaged = path.join(folder, 'city.mmdb');
    writeFileSync(damaged, 'not a database at all');
    const files = { city: [damaged, path.join(folder, 'missing.mmdb')], networks: [] };

    const places = await openPlaceFinder(files, createLogger('silent'));

    expect(places.placeOf('203.0.113.7')).toEqual(noPlace);
    rmSync(folder, { recursive: true });
  });
});
