/** `RunInstances` and `AssociateAddress` of the two instances that the incident is about, as their owners ran them. */
import { actions } from './actions';
import type { Json, JsonObject } from './principals';
import type { Seconds } from './time';
import type { Action } from './trail';
import { addresses, instances, PROD, vpcs, type Instance } from './world';

export interface LaunchOptions {
  readonly instance: Instance;
  readonly at: Seconds;
  readonly image: string;
  readonly type: string;
  readonly subnet: string;
  readonly vpc: string;
  readonly interfaceId: string;
  readonly profile: string;
  /** `optional`: the first metadata service still answers. */
  readonly httpTokens: 'optional' | 'required';
  readonly name: string;
}

function items(...list: readonly Json[]): JsonObject {
  return { items: list };
}

export function runInstances(options: LaunchOptions): Action {
  const { instance, subnet, vpc, profile } = options;
  const profileArn = `arn:aws:iam::${PROD}:instance-profile/${profile}`;
  const tags = items({ resourceType: 'instance', tags: [{ key: 'Name', value: options.name }] });
  return {
    source: 'ec2',
    name: 'RunInstances',
    params: {
      instancesSet: items({ imageId: options.image, minCount: 1, maxCount: 1 }),
      instanceType: options.type,
      blockDeviceMapping: {},
      monitoring: { enabled: false },
      subnetId: subnet,
      disableApiTermination: false,
      iamInstanceProfile: { arn: profileArn },
      metadataOptions: { httpTokens: options.httpTokens, httpEndpoint: 'enabled', httpPutResponseHopLimit: 2 },
      tagSpecificationSet: tags,
    },
    response: {
      requestId: `launch-of-${instance.id}`,
      reservationId: `r-${instance.id.slice(2)}`,
      ownerId: PROD,
      groupSet: {},
      instancesSet: items({
        instanceId: instance.id,
        imageId: options.image,
        currentState: { code: 0, name: 'pending' },
        privateDnsName: `ip-${instance.privateIp.replaceAll('.', '-')}.ec2.internal`,
        amiLaunchIndex: 0,
        productCodes: {},
        instanceType: options.type,
        launchTime: options.at * 1000,
        placement: { availabilityZone: 'us-east-1a', tenancy: 'default' },
        monitoring: { state: 'disabled' },
        subnetId: subnet,
        vpcId: vpc,
        privateIpAddress: instance.privateIp,
        stateReason: { code: 'pending', message: 'pending' },
        architecture: 'x86_64',
        rootDeviceType: 'ebs',
        rootDeviceName: '/dev/xvda',
        virtualizationType: 'hvm',
        hypervisor: 'xen',
        tagSet: items({ key: 'Name', value: options.name }),
        groupSet: items({ groupId: 'sg-0e5a7c9b1d3f24680', groupName: `${options.name}-sg` }),
        sourceDestCheck: true,
        networkInterfaceSet: items({
          networkInterfaceId: options.interfaceId,
          subnetId: subnet,
          vpcId: vpc,
          ownerId: PROD,
          status: 'in-use',
          privateIpAddress: instance.privateIp,
          sourceDestCheck: true,
          groupSet: items({ groupId: 'sg-0e5a7c9b1d3f24680', groupName: `${options.name}-sg` }),
          attachment: {
            attachmentId: `eni-attach-${instance.id.slice(2)}`,
            deviceIndex: 0,
            status: 'attaching',
            attachTime: options.at * 1000,
            deleteOnTermination: true,
          },
          privateIpAddressesSet: items({ privateIpAddress: instance.privateIp, primary: true }),
          ipv6AddressesSet: {},
          tagSet: {},
        }),
        iamInstanceProfile: { arn: profileArn, id: 'AIPAEXAMPLEPROFILE234' },
        ebsOptimized: false,
        metadataOptions: {
          state: 'pending',
          httpTokens: options.httpTokens,
          httpPutResponseHopLimit: 2,
          httpEndpoint: 'enabled',
          httpProtocolIpv4: 'enabled',
          httpProtocolIpv6: 'disabled',
          instanceMetadataTags: 'disabled',
        },
      }),
    },
  };
}

export function launchOfWeb1(at: Seconds): Action {
  return runInstances({
    instance: instances.web1,
    at,
    image: 'ami-0c1f5d7e9a3b42860',
    type: 't3.medium',
    subnet: 'subnet-0b3d5f7a9c1e24680',
    vpc: vpcs.main,
    interfaceId: 'eni-0a2c4e6f8b1d35790',
    profile: 'web-instance-profile',
    httpTokens: 'optional',
    name: 'web-1',
  });
}

export function launchOfAnalytics(at: Seconds): Action {
  return runInstances({
    instance: instances.analytics,
    at,
    image: 'ami-0c1f5d7e9a3b42860',
    type: 'm6i.xlarge',
    subnet: 'subnet-0d9b7a5c3e1f08642',
    vpc: vpcs.analytics,
    interfaceId: 'eni-0f9e7d5c3b1a20468',
    profile: 'analytics-instance-profile',
    httpTokens: 'optional',
    name: 'analytics-1',
  });
}

/** The Elastic IP: from now on this instance speaks to the world as 2.2.2.2. */
export const associateAnalyticsAddress: Action = actions.plain(
  'ec2',
  'AssociateAddress',
  { publicIp: addresses.analytics, instanceId: instances.analytics.id, allowReassociation: false },
  { requestId: 'address-of-analytics-1', _return: true, associationId: 'eipassoc-0b6d8f1a3c5e72940' },
);
