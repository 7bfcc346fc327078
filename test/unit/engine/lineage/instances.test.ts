/** What the logs tell of an instance. Records are shaped after the Amazon EC2 API reference. */
import assert from 'node:assert/strict';
import { modelOf } from '../support/files';
import {
  actions,
  deliverToInstance,
  iamUser,
  longTermKey,
  role,
  Trail,
  user,
  utc,
  type JsonObject,
} from '../../../../scripts/sample/records';

const account = '111122223333';
const instanceId = 'i-0123456789abcdef0';
const admin = iamUser(user(account, 'admin'), longTermKey('admin'));
const origin = { ip: '203.0.113.7', ua: 'aws-cli/2.15.0' };
const t0 = utc('2023-07-10T12:00:00Z');

const launch: JsonObject = {
  instancesSet: {
    items: [
      {
        instanceId,
        imageId: 'ami-1',
        subnetId: 'subnet-1',
        vpcId: 'vpc-1',
        privateIpAddress: '10.0.0.5',
        iamInstanceProfile: { arn: 'arn:aws:iam::111122223333:instance-profile/web' },
        metadataOptions: { httpTokens: 'optional' },
        networkInterfaceSet: {
          items: [
            {
              networkInterfaceId: 'eni-1',
              privateIpAddress: '10.0.0.5',
              association: { publicIp: '198.51.100.9' },
              ipv6AddressesSet: { items: [{ ipv6Address: '2001:0DB8:0:0::9' }] },
            },
          ],
        },
      },
    ],
  },
};

describe('the context of an instance', () => {
  const trail = new Trail('instances');
  const ec2 = (at: number, name: string, params: JsonObject, response: JsonObject = {}) =>
    trail.record(t0 + at, admin, actions.plain('ec2', name, params, response), origin);
  const grant = deliverToInstance(trail, t0 + 5, role(account, 'web'), instanceId);
  const model = modelOf([
    ec2(0, 'RunInstances', {}, launch),
    ...grant.records,
    trail.record(t0 + 30, grant.v2, actions.heartbeat(instanceId), { ip: '2.2.2.2', ua: 'amazon-ssm-agent/3.3' }),
    trail.record(t0 + 31, grant.v2, actions.listBuckets, { ip: '8.8.8.8', ua: 'curl' }),
    ec2(40, 'AllocateAddress', {}, { publicIp: '198.51.100.77', allocationId: 'eipalloc-1' }),
    ec2(41, 'AssociateAddress', { allocationId: 'eipalloc-1', networkInterfaceId: 'eni-1' }),
    ec2(
      50,
      'CreateNetworkInterface',
      {},
      { networkInterface: { networkInterfaceId: 'eni-2', privateIpAddress: '10.0.0.6' } },
    ),
    ec2(51, 'AttachNetworkInterface', { networkInterfaceId: 'eni-2', instanceId }),
    ec2(60, 'StopInstances', { instancesSet: { items: [{ instanceId }] } }),
    ec2(70, 'StartInstances', { instancesSet: { items: [{ instanceId }] } }),
    ec2(80, 'ModifyInstanceMetadataOptions', {
      ModifyInstanceMetadataOptionsRequest: { InstanceId: instanceId, HttpTokens: 'required' },
    }),
    trail.record(
      t0 + 90,
      admin,
      actions.plain('ssm', 'SendCommand', { instanceIds: [instanceId], documentName: 'AWS-RunShellScript' }),
      origin,
    ),
  ]);
  const context = model.instances.get(`${account}|${instanceId}`);

  it('holds who launched it, with which image, network and metadata setting', () => {
    assert.deepEqual(
      [
        context?.launch?.by,
        context?.imageId,
        context?.vpcId,
        context?.subnetId,
        context?.region,
        context?.instanceProfileArn,
      ],
      [
        'arn:aws:iam::111122223333:user/admin',
        'ami-1',
        'vpc-1',
        'subnet-1',
        'us-east-1',
        'arn:aws:iam::111122223333:instance-profile/web',
      ],
    );
    assert.equal(context?.httpTokens, 'required', 'as last modified');
    assert.equal(context.roleArn, role(account, 'web').arn);
  });

  it('knows its addresses from launch, interfaces, Elastic IP and agent; not from other calls', () => {
    const known = new Set(context?.addresses.map(({ address, scope, source }) => `${address} ${scope} ${source}`));
    assert.deepEqual(
      known,
      new Set([
        '2.2.2.2 public agent',
        '10.0.0.5 private launch',
        '198.51.100.9 public launch',
        '2001:db8::9 ipv6 launch',
        '198.51.100.77 public elastic-ip',
        '10.0.0.6 private network-interface',
      ]),
    );
  });

  it('has its life and the commands sent to it', () => {
    assert.deepEqual(
      context?.lifecycle.map(({ event }) => event),
      ['stop', 'start'],
    );
    assert.equal(context.ssmRows.length, 1);
    assert.equal(context.sessions.length, 1);
  });
});
