/** Databases of addresses that the user points to: what they say, and what is wrong with those that cannot be used. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkWords } from '../../../src/engine/network-facts';
import { openDatabases } from '../../../src/worker/node/network-databases';
import { bitsOf, double, mmdb, uint32 } from './mmdb-writer';

const countries = mmdb('GeoLite2-City', 4, [
  [
    bitsOf('8.8.8.0/24'),
    { country: { iso_code: 'US' }, location: { latitude: double(37.751), longitude: double(-97.822) } },
  ],
  [bitsOf('81.2.69.0/24'), { registered_country: { iso_code: 'GB' } }],
  [bitsOf('9.9.0.0/16'), { country: { iso_code: 'germany' }, location: { latitude: double(1) } }],
]);
const networks = mmdb('GeoLite2-ASN', 4, [
  [
    bitsOf('8.8.8.0/24'),
    { autonomous_system_number: uint32(15169), autonomous_system_organization: 'Google\u202e LLC' },
  ],
  [bitsOf('81.2.69.0/24'), { asn: 'AS20712', as_name: 'Andrews & Arnold', traits: { is_hosting_provider: true } }],
]);
const ranges = JSON.stringify({
  createDate: '2026-10-01-12-13-14',
  prefixes: [
    { ip_prefix: '3.5.0.0/16', region: 'GLOBAL', service: 'AMAZON' },
    { ip_prefix: '3.5.140.0/22', region: 'ap-northeast-2', service: 'AMAZON' },
    { ip_prefix: '3.5.140.0/22', region: 'ap-northeast-2', service: 'EC2' },
    { ip_prefix: 'nonsense', region: 'x', service: 'y' },
    7,
  ],
  ipv6_prefixes: [{ ipv6_prefix: '2600:1f18::/33', region: 'us-east-1', service: 'EC2' }],
});

describe('databases of addresses', () => {
  let folder: string;
  const file = (name: string, content: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lineage-databases-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('tell countries, places, networks and ranges of AWS, each what it knows', async () => {
    const { facts, problems, used } = await openDatabases({
      country: file('city.mmdb', countries),
      asn: file('asn.mmdb', networks),
      awsIpRanges: file('ip-ranges.json', ranges),
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      used.map((each) => each.replace(/ \(.*/, '')),
      ['GeoLite2-City of 2026-09-21', 'GeoLite2-ASN of 2026-09-21', 'AWS address ranges of 2026-10-01'],
    );
    assert.deepEqual(facts?.of('8.8.8.8'), {
      country: 'US',
      latitude: 37.751,
      longitude: -97.822,
      asn: 15169,
      organization: 'Google\u202e LLC',
    });
    assert.deepEqual(facts.of('81.2.69.142'), {
      country: 'GB',
      asn: 20712,
      organization: 'Andrews & Arnold',
      hosting: true,
    });
    assert.deepEqual(facts.of('9.9.9.9'), {}, 'a country that is none, a latitude without a longitude');
    assert.deepEqual(facts.of('3.5.140.7'), { awsService: 'EC2', awsRegion: 'ap-northeast-2', hosting: true });
    assert.deepEqual(facts.of('3.5.1.7'), { awsService: 'AMAZON', awsRegion: 'GLOBAL', hosting: true });
    assert.equal(facts.of('2600:1f18:7fff::1')?.awsRegion, 'us-east-1');
    for (const unknown of ['10.0.0.1', '2600:1f18:8000::1', 'AWS Internal', '', '253.252.51.07', 'ec2.amazonaws.com']) {
      assert.equal(facts.of(unknown), undefined, unknown);
    }
    assert.equal(facts.of('8.8.8.8'), facts.of('8.8.8.8'), 'asked twice, looked up once');
  });

  it('are in words as people write them', () => {
    assert.equal(networkWords({ asn: 15169, organization: 'Google LLC', country: 'US' }), 'AS15169 Google LLC, US');
    assert.equal(networkWords({ awsService: 'EC2', awsRegion: 'eu-west-1', hosting: true }), 'AWS EC2 eu-west-1');
    assert.equal(networkWords({ country: 'GB', hosting: true }), 'GB, hosting');
    assert.equal(networkWords({ latitude: 1, longitude: 2 }), '');
  });

  it('that cannot be used are named with the reason, and the others are used', async () => {
    const damaged = Buffer.from(networks);
    damaged.fill(0xff, 0, 40);
    const cases: readonly (readonly [Parameters<typeof openDatabases>[0], RegExp])[] = [
      [{ country: join(folder, 'nowhere.mmdb') }, /ENOENT/],
      [{ country: folder }, /EISDIR/],
      [{ country: file('empty.mmdb', '') }, /no database in the MaxMind format/],
      [{ country: file('text.mmdb', 'x'.repeat(5000)) }, /no database in the MaxMind format/],
      [{ country: file('asn-as-country.mmdb', networks) }, /has no countries: its type is "GeoLite2-ASN"/],
      [{ asn: file('country-as-asn.mmdb', countries) }, /has no autonomous systems: its type is "GeoLite2-City"/],
      [{ asn: file('damaged.mmdb', damaged) }, /it is damaged/],
      [{ awsIpRanges: file('broken.json', '{') }, /not JSON/],
      [{ awsIpRanges: file('other.json', '{"prefixes":[{"ip_prefix":"3.5.0.0/16"}]}') }, /has no prefixes/],
      [{ awsIpRanges: file('null.json', 'null') }, /has no prefixes/],
    ];
    for (const [databases, reason] of cases) {
      const { facts, problems, used } = await openDatabases(databases);
      assert.equal(facts, undefined);
      assert.deepEqual(used, []);
      assert.equal(problems[0]?.path, Object.values(databases)[0]);
      assert.match(problems[0]?.reason ?? '', reason);
    }
    const both = await openDatabases({ country: join(folder, 'nowhere.mmdb'), asn: file('asn.mmdb', networks) });
    assert.equal(both.problems.length, 1);
    assert.equal(both.facts?.of('8.8.8.8')?.asn, 15169);
  });
});
