/** What undoes each action that leaves something behind, by service and event. Data, read by created-objects.ts. */
import { stringAt } from '../cloudtrail/record';
import { aws, option, step } from './command';
import { denyAllFile } from './deny-all-role';
import { deleteInline, getInline, pasteInConsole, putInline } from './inline-policy';
import { fromRecipe, request, response, userNameOf, type Field, type ObjectAction } from './object-recipe';
import { isSafe } from './quote';
import { unsafeValue } from './refuse';
import { restoreTrust } from './restore-trust';
import { keyStep, loginProfileStep } from './user-key';

const userField: Field = { option: '--user-name', kind: 'name', read: userNameOf };
/** Of objects that are named after their user, who may have made them for itself without being named. */
const ownerField: Field = { ...userField, read: (making) => userNameOf(making) || making.name };
const roleField = request('roleName', 'name', '--role-name');
const groupField = request('groupName', 'name', '--group-name');
const policyNameField = request('policyName', 'name', '--policy-name');
const policyArnField = request('policyArn', 'resource-arn', '--policy-arn');
const functionField = request('functionName', 'word', '--function-name');

const detach = (principal: 'user' | 'role' | 'group', field: Field): ObjectAction =>
  fromRecipe({
    title: `Detach from a ${principal} the policy`,
    does: `Takes away what the attached policy gave to the ${principal}.`,
    breaks: `What the ${principal} was allowed by this policy.`,
    fields: [field, policyArnField],
    service: 'iam',
    command: `detach-${principal}-policy`,
    undo: { command: `attach-${principal}-policy` },
    check: { command: `list-attached-${principal}-policies`, fields: [field] },
    console: `IAM → the ${principal} → Permissions → the policy → Remove.`,
  });

const removeInline = (principal: 'user' | 'role' | 'group', field: Field): ObjectAction =>
  fromRecipe({
    title: `Delete the inline policy put on a ${principal}:`,
    does: `Takes away what the inline policy gave to the ${principal}; its text is saved first.`,
    breaks: `What the ${principal} was allowed by this policy.`,
    fields: [field, policyNameField],
    service: 'iam',
    command: `delete-${principal}-policy`,
    save: { command: `get-${principal}-policy`, query: 'PolicyDocument', undoOption: '--policy-document' },
    undo: { command: `put-${principal}-policy` },
    check: { command: `list-${principal}-policies`, fields: [field] },
    console: `IAM → the ${principal} → Permissions → the policy → Remove.`,
  });

const inactive = (title: string, field: Field, command: string, check: string): ObjectAction =>
  fromRecipe({
    title,
    does: 'It stops working and stays as evidence.',
    breaks: 'Whoever uses it.',
    fields: [ownerField, field],
    service: 'iam',
    command,
    extra: ['--status', 'Inactive'],
    undo: { command, extra: ['--status', 'Active'] },
    check: { command: check, fields: [ownerField] },
    console: 'IAM → Users → the user → Security credentials → Make inactive.',
  });

const stopFunction = fromRecipe({
  title: 'Stop the function',
  does: 'Concurrency 0: the function is not run any more; its code stays as evidence.',
  breaks: 'Everything that calls the function.',
  fields: [functionField],
  service: 'lambda',
  command: 'put-function-concurrency',
  extra: ['--reserved-concurrent-executions', '0'],
  undo: { command: 'delete-function-concurrency' },
  check: { command: 'get-function-concurrency' },
  regional: true,
  console: 'Lambda → the function → Throttle.',
});

const loginProfile: ObjectAction = {
  title: 'Remove the console password of user',
  remedy: (making) => {
    const name = userNameOf(making) || making.name;
    if (!isSafe('name', name) || !isSafe('account', making.accountId)) {
      return { steps: [unsafeValue('Remove the console password', 'name', `${making.accountId}/${name}`)], files: [] };
    }
    return { steps: [loginProfileStep({ name, accountId: making.accountId, partition: making.partition })], files: [] };
  },
};

const accessKey: ObjectAction = {
  title: 'Set inactive the access key of',
  remedy: (making) => {
    const key = making.accessKeyId || stringAt(making.response, 'accessKey', 'accessKeyId');
    return {
      steps: [
        keyStep(
          { name: userNameOf(making) || making.name, accountId: making.accountId, partition: making.partition },
          key,
        ),
      ],
      files: [],
    };
  },
};

const createdUser: ObjectAction = {
  title: 'Keep, and later remove, the user',
  remedy: (making) => {
    const name = userNameOf(making);
    if (!isSafe('name', name) || !isSafe('account', making.accountId)) {
      return { steps: [unsafeValue('Look at the user', 'name', `${making.accountId}/${name}`)], files: [] };
    }
    const where = { account: making.accountId };
    const list = (command: string) => aws(where, ['iam', command, ...option('--user-name', name)]);
    return {
      steps: [
        step({
          title: `Look at everything user ${name} has`,
          does: 'The user is denied everything by a policy of its own and its keys are set inactive (see there). This lists what else hangs on it.',
          console: [`IAM → Users → ${name} in account ${making.accountId}.`],
          commands: [
            list('list-access-keys'),
            list('list-attached-user-policies'),
            list('list-user-policies'),
            list('list-groups-for-user'),
            list('list-mfa-devices'),
            list('list-service-specific-credentials'),
          ],
          notes: [
            'Reads only. Remove the user after the investigation, 30 days or so later: detach and delete all of the above, then iam delete-user. That cannot be undone.',
          ],
        }),
      ],
      files: [],
    };
  },
};

const createdRole: ObjectAction = {
  title: 'Deny everything to the role that was made,',
  remedy: (making, context) => {
    const name = stringAt(making.request, 'roleName') || making.name;
    const title = `Put ${context.names.denyAll} on role ${name}`;
    if (!isSafe('name', name) || !isSafe('account', making.accountId)) {
      return { steps: [unsafeValue(title, 'name', `${making.accountId}/${name}`)], files: [] };
    }
    const target = { type: 'role', name, accountId: making.accountId, partition: making.partition } as const;
    const file = denyAllFile('role', making.accountId, name);
    return {
      steps: [
        step({
          title,
          does: 'The role can be assumed but can do nothing. It stays as evidence, and can be deleted after the investigation.',
          console: pasteInConsole(target, context.names.denyAll, file.path),
          commands: putInline(target, context.names.denyAll, file.path),
          breaks: [`Whatever uses role ${name}.`],
          check: [getInline(target, context.names.denyAll)],
          undo: [deleteInline(target, context.names.denyAll)],
        }),
      ],
      files: [file],
    };
  },
};

const policyVersion: ObjectAction = {
  title: 'Look at the versions of policy',
  remedy: (making) => {
    const arn = stringAt(making.request, 'policyArn');
    const title = `Set the policy ${arn} back to its former version`;
    if (!isSafe('resource-arn', arn) || !isSafe('account', making.accountId)) {
      return { steps: [unsafeValue(title, 'resource-arn', arn)], files: [] };
    }
    return {
      steps: [
        step({
          title,
          does: 'Everybody who has this policy got what the new version allows. Which version was the default before, the logs do not say: the list has the dates.',
          console: [
            `IAM → Policies → the policy → Policy versions, in account ${making.accountId} → choose the version of before → Set as default.`,
          ],
          commands: [
            aws({ account: making.accountId }, ['iam', 'list-policy-versions', ...option('--policy-arn', arn)]),
          ],
          notes: [
            'The command reads only. Then: iam set-default-policy-version, and keep the attacker’s version as evidence. Undo: set it back.',
          ],
        }),
      ],
      files: [],
    };
  },
};

/** By `service:EventName`: a CreateUser of the identity store makes no IAM user. */
export const actionsByEvent: Readonly<Record<string, ObjectAction>> = {
  'iam:CreateUser': createdUser,
  'iam:CreateAccessKey': accessKey,
  'iam:CreateLoginProfile': loginProfile,
  'iam:UpdateLoginProfile': loginProfile,
  'iam:CreateRole': createdRole,
  'iam:UpdateAssumeRolePolicy': { title: 'Restore the trust policy of role', remedy: restoreTrust },
  'iam:AttachUserPolicy': detach('user', userField),
  'iam:AttachRolePolicy': detach('role', roleField),
  'iam:AttachGroupPolicy': detach('group', groupField),
  'iam:PutUserPolicy': removeInline('user', userField),
  'iam:PutRolePolicy': removeInline('role', roleField),
  'iam:PutGroupPolicy': removeInline('group', groupField),
  'iam:CreatePolicyVersion': policyVersion,
  'iam:SetDefaultPolicyVersion': policyVersion,
  'iam:AddUserToGroup': fromRecipe({
    title: 'Take the user out of the group',
    does: 'Takes away what the group gave to the user.',
    breaks: 'What the user was allowed by this group.',
    fields: [userField, groupField],
    service: 'iam',
    command: 'remove-user-from-group',
    undo: { command: 'add-user-to-group' },
    check: { command: 'list-groups-for-user', fields: [userField] },
    console: 'IAM → Users → the user → Groups → Remove.',
  }),
  'iam:AddRoleToInstanceProfile': fromRecipe({
    title: 'Take the role out of the instance profile',
    does: 'Instances with this profile get no new credentials of the role.',
    breaks: 'Instances that carry the profile.',
    fields: [request('instanceProfileName', 'name', '--instance-profile-name'), roleField],
    service: 'iam',
    command: 'remove-role-from-instance-profile',
    undo: { command: 'add-role-to-instance-profile' },
    check: {
      command: 'get-instance-profile',
      fields: [request('instanceProfileName', 'name', '--instance-profile-name')],
    },
    console: 'Only by command line or by deleting the role.',
  }),
  'iam:CreateServiceSpecificCredential': inactive(
    'Set inactive the service-specific credential of',
    response(
      ['serviceSpecificCredential', 'serviceSpecificCredentialId'],
      'access-key',
      '--service-specific-credential-id',
    ),
    'update-service-specific-credential',
    'list-service-specific-credentials',
  ),
  'iam:UploadSSHPublicKey': inactive(
    'Set inactive the SSH key of',
    response(['sSHPublicKey', 'sSHPublicKeyId'], 'access-key', '--ssh-public-key-id'),
    'update-ssh-public-key',
    'list-ssh-public-keys',
  ),
  'iam:UploadSigningCertificate': inactive(
    'Set inactive the signing certificate of',
    response(['certificate', 'certificateId'], 'access-key', '--certificate-id'),
    'update-signing-certificate',
    'list-signing-certificates',
  ),
  'iam:CreateOpenIDConnectProvider': fromRecipe({
    title: 'Delete the OpenID Connect provider',
    does: 'Nobody signs in through it any more; its definition is saved first.',
    breaks: 'Every role that trusts this provider.',
    fields: [response(['openIDConnectProviderArn'], 'resource-arn', '--open-id-connect-provider-arn')],
    service: 'iam',
    command: 'delete-open-id-connect-provider',
    save: { command: 'get-open-id-connect-provider' },
    noUndo: 'To bring it back, create it again from the saved definition.',
    check: { command: 'list-open-id-connect-providers', fields: [] },
    console: 'IAM → Identity providers → the provider → Delete.',
  }),
  'iam:CreateSAMLProvider': fromRecipe({
    title: 'Delete the SAML provider',
    does: 'Nobody signs in through it any more; its metadata is saved first.',
    breaks: 'Every role that trusts this provider.',
    fields: [response(['sAMLProviderArn'], 'resource-arn', '--saml-provider-arn')],
    service: 'iam',
    command: 'delete-saml-provider',
    save: { command: 'get-saml-provider' },
    noUndo: 'To bring it back, create it again from the saved metadata.',
    check: { command: 'list-saml-providers', fields: [] },
    console: 'IAM → Identity providers → the provider → Delete.',
  }),
  'rolesanywhere:CreateTrustAnchor': fromRecipe({
    title: 'Disable the trust anchor',
    does: 'Certificates of this authority no longer give sessions. Those issued go on: revoke them on their roles.',
    breaks: 'Every workload that signs in with a certificate of this authority.',
    fields: [response(['trustAnchor', 'trustAnchorId'], 'word', '--trust-anchor-id')],
    service: 'rolesanywhere',
    command: 'disable-trust-anchor',
    undo: { command: 'enable-trust-anchor' },
    check: { command: 'get-trust-anchor' },
    regional: true,
    console: 'IAM → Roles → Roles Anywhere → Manage → the trust anchor → Disable.',
  }),
  'lambda:CreateFunction': stopFunction,
  'lambda:UpdateFunctionCode': stopFunction,
  'lambda:UpdateFunctionConfiguration': stopFunction,
  'lambda:AddPermission': fromRecipe({
    title: 'Take the permission off the function',
    does: 'Whoever was let in by this statement can no longer call the function.',
    breaks: 'Calls by that principal.',
    fields: [functionField, request('statementId', 'name', '--statement-id')],
    service: 'lambda',
    command: 'remove-permission',
    noUndo: 'To bring it back, add the permission again as the record shows it.',
    check: { command: 'get-policy', fields: [functionField] },
    regional: true,
    console: 'Lambda → the function → Configuration → Permissions → Resource-based policy.',
  }),
  'lambda:CreateFunctionUrlConfig': fromRecipe({
    title: 'Delete the URL of the function',
    does: 'The function is no longer reachable from the internet by its URL.',
    breaks: 'Whoever calls that URL; a new one will have another name.',
    fields: [functionField],
    service: 'lambda',
    command: 'delete-function-url-config',
    noUndo: 'To bring it back, create a URL again: it gets another name.',
    check: { command: 'list-function-url-configs' },
    regional: true,
    console: 'Lambda → the function → Configuration → Function URL → Delete.',
  }),
  'ec2:CreateKeyPair': keyPair(),
  'ec2:ImportKeyPair': keyPair(),
  'cloudtrail:StopLogging': fromRecipe({
    title: 'Start again the trail',
    does: 'CloudTrail records again.',
    breaks: 'Nothing.',
    fields: [request('name', 'word', '--name')],
    service: 'cloudtrail',
    command: 'start-logging',
    undo: { command: 'stop-logging' },
    check: { command: 'get-trail-status' },
    regional: true,
    console: 'CloudTrail → Trails → the trail → Start logging. Look at its event selectors too.',
  }),
};

function keyPair(): ObjectAction {
  return fromRecipe({
    title: 'Delete the key pair',
    does: 'New instances cannot be started with it. Instances that have it keep it in authorized_keys: look there.',
    breaks: 'Launch templates that name it.',
    fields: [request('keyName', 'name', '--key-name')],
    service: 'ec2',
    command: 'delete-key-pair',
    noUndo: 'Cannot be undone.',
    check: { command: 'describe-key-pairs', fields: [] },
    regional: true,
    console: 'EC2 → Key Pairs → the key pair → Actions → Delete.',
  });
}
