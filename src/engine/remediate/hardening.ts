/** What keeps the same thing from happening again. Offered as files; the scripts apply none of it, because each needs a look at what it breaks. */
import { aws, managementAccount, step } from './command';
import type { Outline, PlanContext } from './outline';
import { denyEverything, document, policyFile } from './policy';
import { isSafe } from './quote';

export function hardening(context: PlanContext): readonly Outline[] {
  const own = context.scope.instances.filter(({ foreign }) => !foreign);
  const outlines: Outline[] = [];
  if (own.length > 0) {
    outlines.push(
      {
        id: 'harden:imdsv1',
        title: 'Deny credentials that came over IMDSv1',
        phase: 'hardening',
        choices: [],
        build: () => buildImdsv1(context),
      },
      {
        id: 'harden:instance-perimeter',
        title: 'Bind instance credentials to their VPC and host',
        phase: 'hardening',
        choices: [],
        build: buildPerimeter,
      },
    );
  }
  if (context.scope.edges.length > 0) {
    outlines.push({
      id: 'harden:trust',
      title: 'Tighten who may assume which role',
      phase: 'hardening',
      choices: [],
      build: buildTrustAdvice,
    });
  }
  return outlines;
}

function buildImdsv1(context: PlanContext): ReturnType<Outline['build']> {
  const file = policyFile(
    'policies/harden-deny-imdsv1.json',
    document(denyEverything('DenyCredentialsFromImdsV1', { NumericLessThan: { 'ec2:RoleDelivery': '2.0' } })),
  );
  const places = new Map<string, { readonly account: string; readonly region: string }>();
  for (const { accountId, region } of context.scope.instances) {
    if (isSafe('account', accountId) && isSafe('region', region)) {
      places.set(`${accountId} ${region}`, { account: accountId, region });
    }
  }
  return {
    steps: [
      step({
        title: 'Deny what IMDSv1 delivered, and make IMDSv2 the default',
        does: `${file.path} denies everything to credentials that were delivered over version 1 of the metadata service (ec2:RoleDelivery below 2.0). Requests that do not come of an instance have no such value and are not touched. Put it inline on the instance role, or use it as a service control policy. The command makes version 2 the default of new instances.`,
        console: [
          'EC2 → Settings → Data protection and security → IMDS defaults → Manage → Metadata version: V2 only.',
        ],
        commands: [...places.values()].map((place) =>
          aws(place, [
            'ec2',
            'modify-instance-metadata-defaults',
            '--http-tokens',
            'required',
            '--http-put-response-hop-limit',
            '2',
          ]),
        ),
        breaks: [
          'Every program that still fetches its credentials over version 1. Look for imdsv1-credential-use in the findings first, and wait until it is quiet.',
        ],
        check: [...places.values()].map((place) => aws(place, ['ec2', 'get-instance-metadata-defaults'])),
        undo: [...places.values()].map((place) =>
          aws(place, ['ec2', 'modify-instance-metadata-defaults', '--http-tokens', 'no-preference']),
        ),
      }),
    ],
    files: [file],
  };
}

function buildPerimeter(): ReturnType<Outline['build']> {
  const common = { Null: { 'ec2:SourceInstanceARN': 'false' }, BoolIfExists: { 'aws:ViaAWSService': 'false' } };
  const exempt = { ArnNotLike: { 'aws:PrincipalArn': 'arn:*:iam::*:role/aws:ec2-infrastructure' } };
  // A default, so that it does not hang on how a missing variable compares: a call without a source VPC is denied.
  const file = policyFile(
    'policies/harden-instance-perimeter.json',
    document(
      denyEverything('DenyInstanceCredentialsOutsideTheirVpc', {
        StringNotEquals: { 'aws:ec2InstanceSourceVPC': "${aws:SourceVpc, 'none'}" },
        ...common,
        ...exempt,
      }),
      denyEverything('DenyInstanceCredentialsOnOtherHosts', {
        StringNotEquals: { 'aws:ec2InstanceSourcePrivateIPv4': "${aws:VpcSourceIp, 'none'}" },
        ...common,
        ...exempt,
      }),
    ),
  );
  return {
    steps: [
      step({
        title: 'Service control policy: instance credentials only from their own instance',
        does: `${file.path} denies calls with instance credentials that do not come out of the VPC, and from the private address, that the credential was delivered to.`,
        console: [
          'AWS Organizations → Policies → Service control policies → Create policy → paste the text → attach it to a test account first.',
        ],
        breaks: [
          'Only for networks in which every call goes through a VPC endpoint. A call over a NAT or internet gateway carries no source VPC and is denied.',
        ],
        check: [
          aws({ account: managementAccount }, ['organizations', 'list-policies', '--filter', 'SERVICE_CONTROL_POLICY']),
        ],
        notes: [
          'Count what it would have denied over some weeks before it is attached: calls with ec2RoleDelivery and no vpcEndpointId in these logs.',
          'Undo: detach the policy.',
        ],
      }),
    ],
    files: [file],
  };
}

function buildTrustAdvice(): ReturnType<Outline['build']> {
  return {
    steps: [
      step({
        title: 'Close the paths that this lineage took',
        does: 'Each hop was possible because a trust policy and an identity policy allowed it.',
        console: [
          'IAM → Roles → each role of the lineage → Trust relationships: name the one principal that needs it, not the account root.',
        ],
        breaks: ['Whoever assumed the role through the wide trust without being named.'],
        notes: [
          'Take sts:AssumeRole on * out of identity policies; name the roles.',
          'Require sts:SourceIdentity at the first assumption: it then follows through the whole chain, in logs and in policies.',
          'Give roles a permissions boundary without iam:CreateUser, iam:CreateAccessKey and iam:UpdateAssumeRolePolicy.',
          'Replace long-term keys by roles or IAM Identity Center.',
        ],
      }),
    ],
    files: [],
  };
}
