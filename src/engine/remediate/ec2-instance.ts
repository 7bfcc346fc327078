/**
 * An EC2 instance whose credentials are out: keep the evidence, isolate it, close the metadata service, and deny exactly this
 * instance by `aws:userid`. EC2 fixes the session name to the instance id, so the deny outlives rotation and cannot be dodged.
 */
import { aws, option, shell, step } from './command';
import { consoleHost, deleteInline, getInline, pasteInConsole, putInline } from './inline-policy';
import { fileSegment } from './names';
import { outlineId, type Built, type Outline, type PlanContext } from './outline';
import { denyEverything, document, policyFile } from './policy';
import { isSafe } from './quote';
import { unsafeValue } from './refuse';
import type { Argument, Step } from './remediation';
import type { InstanceTarget } from './scope';
import { roleNameOf } from '../cloudtrail/record';

export function instances(context: PlanContext): readonly Outline[] {
  return context.scope.instances
    .filter(({ foreign }) => !foreign)
    .flatMap((instance): Outline[] => [
      {
        id: outlineId('preserve', instance.key),
        title: `Preserve the evidence of instance ${instance.instanceId}`,
        phase: 'evidence',
        build: () => guarded(instance, () => [preserveStep(instance, context.names.id)]),
      },
      {
        id: outlineId('isolate', instance.key),
        title: `Isolate instance ${instance.instanceId}`,
        phase: 'root',
        build: () => guarded(instance, () => [isolateStep(instance)]),
      },
      {
        id: outlineId('imdsv2', instance.key),
        title: `Require IMDSv2 on instance ${instance.instanceId}`,
        phase: 'root',
        build: () => guarded(instance, () => [imdsStep(instance)]),
      },
      {
        id: outlineId('deny-instance', instance.key),
        title: `Deny the credentials of instance ${instance.instanceId}, and of no other`,
        phase: 'root',
        build: () => buildDenyInstance(context, instance),
      },
      {
        id: outlineId('disassociate', instance.key),
        title: `Take the role off instance ${instance.instanceId}`,
        phase: 'persistence',
        choices: [],
        build: () => guarded(instance, () => [disassociateStep(instance)]),
      },
    ]);
}

function guarded(instance: InstanceTarget, steps: () => readonly Step[]): Built {
  if (!isSafe('instance', instance.instanceId)) {
    return { steps: [unsafeValue('Contain the instance', 'instance', instance.instanceId)], files: [] };
  }
  if (instance.instanceId.startsWith('mi-')) {
    return {
      steps: [
        step({
          title: `Contain ${instance.instanceId}`,
          refused:
            'A managed node outside EC2: isolate it where it runs, and deregister it (ssm deregister-managed-instance).',
        }),
      ],
      files: [],
    };
  }
  return isSafe('account', instance.accountId)
    ? { steps: steps(), files: [] }
    : { steps: [unsafeValue('Contain the instance', 'account', instance.accountId)], files: [] };
}

function placeOf(instance: InstanceTarget): { readonly account: string; readonly region: string } {
  return { account: instance.accountId, region: isSafe('region', instance.region) ? instance.region : '' };
}

function regionNote(instance: InstanceTarget): string[] {
  return isSafe('region', instance.region)
    ? []
    : ['The logs do not tell the Region of the instance: add --region, or set AWS_REGION.'];
}

function preserveStep(instance: InstanceTarget, incident: string): Step {
  const place = placeOf(instance);
  const id = instance.instanceId;
  return step({
    title: `Snapshot the volumes of ${id}, and keep it from being terminated`,
    does: 'One snapshot of every attached volume, the present description of the instance in a file, termination protection, and a tag that tells colleagues why.',
    console: [
      `Open ${consoleHost(instance.partition)} in account ${instance.accountId}, service EC2 → Instances → ${id}.`,
      'Storage → each volume → Create snapshot. Actions → Instance settings → Change termination protection → Enable.',
    ],
    commands: [
      aws(place, ['ec2', 'describe-instances', '--instance-ids', id, '--output', 'json'], {
        saveTo: `saved/instance-${id}.json`,
      }),
      aws(place, [
        'ec2',
        'create-snapshots',
        '--instance-specification',
        `InstanceId=${id}`,
        '--description',
        `Incident ${incident}`,
      ]),
      aws(place, ['ec2', 'modify-instance-attribute', '--instance-id', id, '--disable-api-termination']),
      aws(place, ['ec2', 'create-tags', '--resources', id, '--tags', `Key=incident,Value=${incident}`]),
    ],
    breaks: [
      'Nothing stops. Snapshots cost storage; the instance cannot be terminated by API until the protection is off, which also stops an auto-scaling group from replacing it.',
    ],
    check: [aws(place, ['ec2', 'describe-snapshots', '--filters', `Name=description,Values=Incident ${incident}`])],
    undo: [aws(place, ['ec2', 'modify-instance-attribute', '--instance-id', id, '--no-disable-api-termination'])],
    notes: [
      'Memory is lost when the instance stops: take an image of it first if you need it.',
      ...regionNote(instance),
    ],
  });
}

function isolateStep(instance: InstanceTarget): Step {
  const place = placeOf(instance);
  const id = instance.instanceId;
  const saved = `saved/security-groups-${id}.txt`;
  const quarantine: Argument = { variable: 'QUARANTINE_SG' };
  const region = place.region === '' ? '' : ` --region ${place.region}`;
  const restore = `aws ec2 modify-instance-attribute --instance-id ${id} --groups`;
  return step({
    title: `Give ${id} the quarantine security group`,
    does: 'Replaces all security groups of the instance by one without rules, so that nobody reaches it and it reaches nobody. Needs QUARANTINE_SG: a security group of the same VPC without any rule.',
    console: [
      `Open ${consoleHost(instance.partition)} in account ${instance.accountId}, service EC2 → Instances → ${id}.`,
      'Note the present groups. Actions → Security → Change security groups → remove all, add the quarantine group → Save.',
    ],
    commands: [
      aws(
        place,
        [
          'ec2',
          'describe-instances',
          '--instance-ids',
          id,
          '--query',
          'Reservations[].Instances[].SecurityGroups[].GroupId',
          '--output',
          'text',
        ],
        { saveTo: saved },
      ),
      aws(place, ['ec2', 'modify-instance-attribute', '--instance-id', id, '--groups', quarantine]),
    ],
    breaks: [`Everything that ${id} serves, and every connection it makes, including to AWS.`],
    check: [
      aws(place, [
        'ec2',
        'describe-instances',
        '--instance-ids',
        id,
        '--query',
        'Reservations[].Instances[].SecurityGroups[].GroupId',
        '--output',
        'text',
      ]),
    ],
    undo: [
      // The saved ids are several words for --groups.
      shell(
        `${restore} $(cat '${saved}') --profile "$PROFILE_${instance.accountId}"${region}`,
        `${restore} @((Get-Content '${saved}') -split '\\s+') --profile $PROFILE_${instance.accountId}${region}`,
      ),
    ],
    notes: [
      'Connections that are tracked survive the change of groups; a network ACL or a stop cuts them.',
      'An instance with several network interfaces needs modify-network-interface-attribute for each of them.',
      'Isolation does not end credentials that are already elsewhere: the deny below does.',
      ...regionNote(instance),
    ],
  });
}

function imdsStep(instance: InstanceTarget): Step {
  const place = placeOf(instance);
  const id = instance.instanceId;
  const modify = (tokens: string, hops: string) =>
    aws(place, [
      'ec2',
      'modify-instance-metadata-options',
      '--instance-id',
      id,
      '--http-tokens',
      tokens,
      '--http-put-response-hop-limit',
      hops,
      '--http-endpoint',
      'enabled',
    ]);
  const known = instance.context?.httpTokens ?? '';
  return step({
    title: `Require session tokens for the metadata service of ${id}`,
    does: 'Version 1 of the metadata service hands credentials to whoever gets the instance to fetch an address (SSRF); version 2 wants a token first, and a hop limit of 1 keeps containers and proxies out.',
    console: [
      `Open ${consoleHost(instance.partition)} in account ${instance.accountId}, service EC2 → Instances → ${id}.`,
      'Actions → Instance settings → Modify instance metadata options → IMDSv2 Required, hop limit 1 → Save.',
    ],
    commands: [modify('required', '1')],
    breaks: [
      'Software on the instance that only knows IMDSv1, and containers that reach the metadata service over a bridge (they need a hop limit of 2).',
    ],
    check: [
      aws(place, [
        'ec2',
        'describe-instances',
        '--instance-ids',
        id,
        '--query',
        'Reservations[].Instances[].MetadataOptions',
      ]),
    ],
    undo: [modify('optional', '2')],
    notes: [
      known === 'optional'
        ? 'In these logs the instance still allowed version 1.'
        : known === 'required'
          ? 'In these logs the instance already required version 2: the credential was not taken by plain SSRF.'
          : 'These logs do not say what the instance required so far.',
      'Whoever runs code on the instance, or controls request headers, can still fetch a token.',
      ...regionNote(instance),
    ],
  });
}

function buildDenyInstance(context: PlanContext, instance: InstanceTarget): Built {
  const name = roleNameOf(instance.roleArn);
  const title = `Deny the credentials of ${instance.instanceId}`;
  if (name.startsWith('aws:')) {
    return {
      steps: [
        step({
          title,
          refused: `${name} is a role of AWS’s own without a policy that you could edit. Isolate the instance, and switch Default Host Management Configuration off in its Region (ssm update-service-setting).`,
        }),
      ],
      files: [],
    };
  }
  if (!isSafe('name', name) || !isSafe('account', instance.accountId)) {
    return { steps: [unsafeValue(title, 'name', `${instance.accountId}/${name}`)], files: [] };
  }
  if (instance.userIds.length === 0) {
    return {
      steps: [
        step({
          title,
          refused:
            'No session of this instance has a principal id of the form AROA…:i-…. Deny everything to its role instead.',
        }),
      ],
      files: [],
    };
  }
  const policyName = context.names.denyInstance;
  const target = { type: 'role', name, accountId: instance.accountId, partition: instance.partition } as const;
  const others = context.scope.instances.filter(
    ({ foreign, roleArn, accountId }) => !foreign && roleNameOf(roleArn) === name && accountId === instance.accountId,
  );
  // Several instances of one role share the policy, since they would overwrite each other's.
  const userIds = [...new Set(others.flatMap((other) => other.userIds))].sort();
  const file = policyFile(
    `policies/${fileSegment('deny-instance', instance.accountId, name)}.json`,
    document(denyEverything('IncidentDenyInstance', { StringEquals: { 'aws:userid': userIds } })),
  );
  return {
    steps: [
      step({
        title: `Put ${policyName} on role ${name}`,
        does: `Denies everything to ${userIds.join(', ')} — role id and instance id — wherever the credentials are used from, now and after every rotation. Other instances of the role go on.`,
        console: pasteInConsole(target, policyName, file.path),
        commands: putInline(target, policyName, file.path),
        breaks: [`${instance.instanceId} loses all access to AWS through its role.`],
        check: [getInline(target, policyName)],
        undo: [deleteInline(target, policyName)],
        notes: [
          'There is no key to delete: terminating the instance, stopping it or taking its role off does not end credentials that were issued.',
          'After the deny is lifted the instance gets working credentials again: renew or rebuild it first.',
        ],
      }),
    ],
    files: [file],
  };
}

function disassociateStep(instance: InstanceTarget): Step {
  const place = placeOf(instance);
  const id = instance.instanceId;
  const association: Argument = { variable: 'ASSOCIATION_ID' };
  const find = (extras: { readonly saveTo?: string; readonly captureAs?: string }, query: string) =>
    aws(
      place,
      [
        'ec2',
        'describe-iam-instance-profile-associations',
        '--filters',
        `Name=instance-id,Values=${id}`,
        '--query',
        query,
        '--output',
        'text',
      ],
      extras,
    );
  const profile = instance.context?.instanceProfileArn ?? '';
  const region = place.region === '' ? '' : ` --region ${place.region}`;
  const back = isSafe('resource-arn', profile)
    ? [
        aws(place, [
          'ec2',
          'associate-iam-instance-profile',
          '--instance-id',
          id,
          '--iam-instance-profile',
          `Arn=${profile}`,
        ]),
      ]
    : [
        shell(
          `aws ec2 associate-iam-instance-profile --instance-id ${id} --iam-instance-profile "Arn=$(cat 'saved/instance-profile-${id}.txt')" --profile "$PROFILE_${instance.accountId}"${region}`,
          `aws ec2 associate-iam-instance-profile --instance-id ${id} --iam-instance-profile "Arn=$(Get-Content 'saved/instance-profile-${id}.txt')" --profile $PROFILE_${instance.accountId}${region}`,
        ),
      ];
  return step({
    title: `Disassociate the instance profile of ${id}`,
    does: 'The instance gets no new credentials. Those it got stay valid until they expire: this comes after the deny, never instead of it.',
    console: [
      `Open ${consoleHost(instance.partition)} in account ${instance.accountId}, service EC2 → Instances → ${id}.`,
      'Actions → Security → Modify IAM role → No IAM role → Update.',
    ],
    commands: [
      find({ saveTo: `saved/instance-profile-${id}.txt` }, 'IamInstanceProfileAssociations[0].IamInstanceProfile.Arn'),
      find({ captureAs: 'ASSOCIATION_ID' }, 'IamInstanceProfileAssociations[0].AssociationId'),
      aws(place, ['ec2', 'disassociate-iam-instance-profile', ...option('--association-id', association)]),
    ],
    breaks: [`Everything on ${id} that uses AWS.`],
    check: [find({}, 'IamInstanceProfileAssociations')],
    undo: back,
    notes: [
      'The scripts leave this to you: it is needed only when the instance is to go on without its role.',
      ...regionNote(instance),
    ],
  });
}
