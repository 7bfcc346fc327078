/** What undoes each action that leaves something behind, by the name of the event. Data, read by created-objects.ts. */
import { stringAt, valueAt } from '../cloudtrail/record';
import type { JsonObject } from '../cloudtrail/columns';
import { aws, option, step } from './command';
import type { Making } from './making';
import { denyAllFile } from './deny-all-role';
import { getInline, pasteInConsole, putInline, deleteInline } from './inline-policy';
import { fileSegment } from './names';
import type { Built, PlanContext } from './outline';
import { isSafe, type ValueKind } from './quote';
import { unsafeValue } from './refuse';
import type { Argument, Command } from './remediation';
import { restoreTrust } from './restore-trust';
import { keyStep, loginProfileStep } from './user-key';

export interface ObjectAction {
  /** Ends before the object's name: `Set inactive: access key`. */
  readonly title: string;
  remedy(making: Making, context: PlanContext): Built;
}

/** One argument of the commands, taken from the record. */
interface Field {
  readonly option: string;
  readonly kind: ValueKind;
  read(making: Making): string;
}

const request = (name: string, kind: ValueKind, optionName: string): Field => ({
  option: optionName,
  kind,
  read: ({ request: parameters }) => stringAt(parameters, name),
});
const response = (path: readonly string[], kind: ValueKind, optionName: string): Field => ({
  option: optionName,
  kind,
  read: ({ response: elements }) => stringAt(elements, ...path),
});

/** `userName` of the request, or the user itself where the request names none. */
function userNameOf(making: Making): string {
  return (
    stringAt(making.request, 'userName') ||
    deepUserName(making.response) ||
    (making.eventName === 'CreateUser' ? making.name : '')
  );
}

function deepUserName(elements: JsonObject): string {
  for (const element of [
    'accessKey',
    'loginProfile',
    'user',
    'sSHPublicKey',
    'certificate',
    'serviceSpecificCredential',
  ]) {
    const name = stringAt(valueAt(elements, element), 'userName');
    if (name !== '') {
      return name;
    }
  }
  return '';
}

const userField: Field = { option: '--user-name', kind: 'name', read: userNameOf };
const roleField = request('roleName', 'name', '--role-name');
const groupField = request('groupName', 'name', '--group-name');
const policyNameField = request('policyName', 'name', '--policy-name');
const policyArnField = request('policyArn', 'resource-arn', '--policy-arn');
const functionField = request('functionName', 'word', '--function-name');

interface Recipe {
  readonly title: string;
  readonly does: string;
  readonly breaks: string;
  readonly fields: readonly Field[];
  readonly service: string;
  readonly command: string;
  readonly extra?: readonly string[];
  /** `command` and `extra` that bring it back; absent: cannot be undone by one command. */
  readonly undo?: { readonly command: string; readonly extra?: readonly string[] };
  readonly noUndo?: string;
  /** Reads the object to a file first. */
  readonly save?: { readonly command: string; readonly query?: string; readonly undoOption?: string };
  readonly check: { readonly command: string; readonly fields?: readonly Field[] };
  /** Services that live in a Region. */
  readonly regional?: boolean;
  readonly console: string;
}

function fromRecipe(recipe: Recipe): ObjectAction {
  return {
    title: recipe.title,
    remedy: (making) => {
      const title = `${recipe.title} ${making.name}`;
      const values: { readonly field: Field; readonly value: string }[] = recipe.fields.map((field) => ({
        field,
        value: field.read(making),
      }));
      const bad = values.find(({ field, value }) => !isSafe(field.kind, value));
      if (!isSafe('account', making.accountId)) {
        return { steps: [unsafeValue(title, 'account', making.accountId)], files: [] };
      }
      if (bad !== undefined) {
        return {
          steps: [
            bad.value === ''
              ? step({
                  title,
                  refused: `The logs do not hold what ${bad.field.option} needs. Open the record and do it by hand: ${recipe.console}`,
                })
              : unsafeValue(title, bad.field.kind, bad.value),
          ],
          files: [],
        };
      }
      const place = {
        account: making.accountId,
        region: recipe.regional === true && isSafe('region', making.region) ? making.region : '',
      };
      const argumentsOf = (fields: readonly Field[]): Argument[] =>
        fields.flatMap((field) => option(field.option, field.read(making)));
      const call = (command: string, extra: readonly string[] = [], fields = recipe.fields): Command =>
        aws(place, [recipe.service, command, ...argumentsOf(fields), ...extra]);
      const saved = `saved/${fileSegment(recipe.service, making.accountId, making.eventName, making.name, ...values.map(({ value }) => value))}.json`;
      const save = recipe.save;
      const commands = [
        ...(save === undefined
          ? []
          : [
              aws(
                place,
                [
                  recipe.service,
                  save.command,
                  ...argumentsOf(recipe.fields),
                  ...(save.query === undefined ? [] : ['--query', save.query]),
                  '--output',
                  'json',
                ],
                { saveTo: saved },
              ),
            ]),
        call(recipe.command, recipe.extra),
      ];
      const back =
        recipe.undo === undefined
          ? []
          : [
              call(recipe.undo.command, [
                ...(recipe.undo.extra ?? []),
                ...(save?.undoOption === undefined ? [] : [save.undoOption, `file://${saved}`]),
              ]),
            ];
      return {
        steps: [
          step({
            title,
            does: recipe.does,
            console: [
              `Account ${making.accountId}${place.region === '' ? '' : `, Region ${place.region}`}.`,
              recipe.console,
            ],
            commands,
            breaks: [recipe.breaks],
            check: [call(recipe.check.command, [], recipe.check.fields ?? recipe.fields)],
            undo: back,
            notes: recipe.noUndo === undefined ? [] : [recipe.noUndo],
          }),
        ],
        files: [],
      };
    },
  };
}

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
    fields: [userField, field],
    service: 'iam',
    command,
    extra: ['--status', 'Inactive'],
    undo: { command, extra: ['--status', 'Active'] },
    check: { command: check, fields: [userField] },
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

/** By event name. */
export const actionsByEvent: Readonly<Record<string, ObjectAction>> = {
  CreateUser: createdUser,
  CreateAccessKey: accessKey,
  CreateLoginProfile: loginProfile,
  UpdateLoginProfile: loginProfile,
  CreateRole: createdRole,
  UpdateAssumeRolePolicy: { title: 'Restore the trust policy of role', remedy: restoreTrust },
  AttachUserPolicy: detach('user', userField),
  AttachRolePolicy: detach('role', roleField),
  AttachGroupPolicy: detach('group', groupField),
  PutUserPolicy: removeInline('user', userField),
  PutRolePolicy: removeInline('role', roleField),
  PutGroupPolicy: removeInline('group', groupField),
  AddUserToGroup: fromRecipe({
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
  AddRoleToInstanceProfile: fromRecipe({
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
  CreateServiceSpecificCredential: inactive(
    'Set inactive the service-specific credential of',
    response(
      ['serviceSpecificCredential', 'serviceSpecificCredentialId'],
      'access-key',
      '--service-specific-credential-id',
    ),
    'update-service-specific-credential',
    'list-service-specific-credentials',
  ),
  UploadSSHPublicKey: inactive(
    'Set inactive the SSH key of',
    response(['sSHPublicKey', 'sSHPublicKeyId'], 'access-key', '--ssh-public-key-id'),
    'update-ssh-public-key',
    'list-ssh-public-keys',
  ),
  UploadSigningCertificate: inactive(
    'Set inactive the signing certificate of',
    response(['certificate', 'certificateId'], 'access-key', '--certificate-id'),
    'update-signing-certificate',
    'list-signing-certificates',
  ),
  CreateOpenIDConnectProvider: fromRecipe({
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
  CreateSAMLProvider: fromRecipe({
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
  CreateTrustAnchor: fromRecipe({
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
  CreateFunction: stopFunction,
  UpdateFunctionCode: stopFunction,
  UpdateFunctionConfiguration: stopFunction,
  AddPermission: fromRecipe({
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
  CreateFunctionUrlConfig: fromRecipe({
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
  CreateKeyPair: keyPair(),
  ImportKeyPair: keyPair(),
  StopLogging: fromRecipe({
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
