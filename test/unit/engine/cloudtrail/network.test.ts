import assert from 'node:assert/strict';
import {
  canonicalAddress,
  originOf,
  type OriginClass,
  type OriginInput,
} from '../../../../src/engine/cloudtrail/network';

const origin = (sourceAddress: string, more: Partial<OriginInput> = {}) =>
  originOf({ sourceAddress, vpcEndpoint: '', userAgent: 'aws-cli/2', invokedBy: '', consoleSession: false, ...more });

describe('originOf', () => {
  const cases: readonly (readonly [
    address: string,
    more: Partial<OriginInput>,
    kind: OriginClass,
    location: string,
    group: string,
    direct: boolean,
  ])[] = [
    ['ec2.amazonaws.com', {}, 'service', 'ec2.amazonaws.com', 'ec2.amazonaws.com', false],
    ['ec2.amazonaws.com.cn', {}, 'service', 'ec2.amazonaws.com.cn', 'ec2.amazonaws.com.cn', false],
    ['198.51.100.7', { invokedBy: 'cloudformation.amazonaws.com' }, 'service', '198.51.100.7', '198.51.100.7', false],
    ['AWS Internal', {}, 'internal', 'AWS Internal', 'AWS Internal', false],
    ['aws internal', {}, 'internal', 'aws internal', 'aws internal', false],
    [
      '10.0.0.1',
      { vpcEndpoint: 'vpce-1', userAgent: '[S3Console/0.4, x]' },
      'console-proxy',
      '10.0.0.1',
      '10.0.0.1',
      false,
    ],
    ['10.0.0.1', { vpcEndpoint: 'vpce-1', userAgent: 'AWS Internal' }, 'console-proxy', '10.0.0.1', '10.0.0.1', false],
    ['10.0.0.1', { vpcEndpoint: 'vpce-1', consoleSession: true }, 'console-proxy', '10.0.0.1', '10.0.0.1', false],
    ['10.0.0.1', { userAgent: '[S3Console/0.4, x]' }, 'private-odd', '10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', { vpcEndpoint: 'vpce-1' }, 'vpce-private', 'vpce-1 10.0.0.1', 'vpce-1 10.0.0.1', true],
    ['100.64.0.1', { vpcEndpoint: 'vpce-1' }, 'vpce-private', 'vpce-1 100.64.0.1', 'vpce-1 100.64.0.1', true],
    ['fd00::A', { vpcEndpoint: 'vpce-1' }, 'vpce-private', 'vpce-1 fd00::a', 'vpce-1 fd00::a', true],
    ['172.31.0.1', {}, 'private-odd', '172.31.0.1', '172.31.0.1', true],
    ['192.168.1.1', {}, 'private-odd', '192.168.1.1', '192.168.1.1', true],
    ['172.32.0.1', {}, 'public-v4', '172.32.0.1', '172.32.0.0/24', true],
    ['8.8.8.8', {}, 'public-v4', '8.8.8.8', '8.8.8.0/24', true],
    ['8.8.8.8', { vpcEndpoint: 'vpce-1' }, 'public-v4', '8.8.8.8', '8.8.8.0/24', true],
    ['::ffff:8.8.8.8', {}, 'public-v4', '8.8.8.8', '8.8.8.0/24', true],
    ['192.0.2.1', {}, 'public-v4', '192.0.2.1', '192.0.2.0/24', true],
    ['198.51.100.7', {}, 'public-v4', '198.51.100.7', '198.51.100.0/24', true],
    ['203.0.113.9', {}, 'public-v4', '203.0.113.9', '203.0.113.0/24', true],
    ['2001:DB8::1', {}, 'public-v6', '2001:db8::1', '2001:db8::/64', true],
    ['2001:db8:0:0:0:0:0:1', {}, 'public-v6', '2001:db8::1', '2001:db8::/64', true],
    ['2600:1f18:1:2:3:4:5:6', {}, 'public-v6', '2600:1f18:1:2:3:4:5:6', '2600:1f18:1:2::/64', true],
    ['127.0.0.1', {}, 'reserved', '127.0.0.1', '127.0.0.1', false],
    ['0.1.2.3', {}, 'reserved', '0.1.2.3', '0.1.2.3', false],
    ['169.254.169.254', {}, 'reserved', '169.254.169.254', '169.254.169.254', false],
    ['224.0.0.1', {}, 'reserved', '224.0.0.1', '224.0.0.1', false],
    ['240.0.0.1', {}, 'reserved', '240.0.0.1', '240.0.0.1', false],
    ['255.255.255.255', {}, 'reserved', '255.255.255.255', '255.255.255.255', false],
    ['::1', {}, 'reserved', '::1', '::1', false],
    ['fe80::1', {}, 'reserved', 'fe80::1', 'fe80::1', false],
    ['253.252.51.07', {}, 'invalid', '253.252.51.07', '253.252.51.07', true],
    ['256.1.1.1', {}, 'invalid', '256.1.1.1', '256.1.1.1', true],
    ['1.2', {}, 'invalid', '1.2', '1.2', true],
    ['0x7f000001', {}, 'invalid', '0x7f000001', '0x7f000001', true],
    ['fe80::1%eth0', {}, 'invalid', 'fe80::1%eth0', 'fe80::1%eth0', true],
    ['', {}, 'none', '', '', false],
    ['-', {}, 'none', '', '', false],
    ['HIDDEN_DUE_TO_SECURITY_REASONS', {}, 'none', '', '', false],
  ];
  for (const [address, more, kind, location, group, direct] of cases) {
    it(`${address || 'nothing'} ${JSON.stringify(more)} is ${kind}`, () => {
      assert.deepEqual(origin(address, more), { class: kind, location, group, direct });
    });
  }

  it('agrees with itself on canonical addresses', () => {
    for (const text of ['2001:DB8::1', '::ffff:8.8.8.8', '253.252.51.07', '8.8.8.8']) {
      assert.equal(canonicalAddress(canonicalAddress(text)), canonicalAddress(text));
    }
  });
});
