/**
 * A trust policy that the lineage changed: the one before it, where these logs hold it and somebody else wrote it; otherwise how
 * to find it.
 */
import { requestParameters, stringAt, valueAt } from '../cloudtrail/record';
import { policyObject } from '../detect/policy-document';
import { accountAt, actionAt, eventIdAt, notableAt, succeeded } from '../lineage/table';
import { aws, option, step } from './command';
import type { Making } from './making';
import { lintPolicy } from './lint-policy';
import { fileSegment } from './names';
import type { Built, PlanContext } from './outline';
import { policyFile } from './policy';
import { isSafe } from './quote';
import { unsafeValue } from './refuse';
import type { JsonObject } from '../cloudtrail/columns';

export function restoreTrust(making: Making, context: PlanContext): Built {
  const name = stringAt(making.request, 'roleName') || making.name;
  const title = `Restore the trust policy of role ${name}`;
  if (!isSafe('name', name) || !isSafe('account', making.accountId)) {
    return { steps: [unsafeValue(title, 'name', `${making.accountId}/${name}`)], files: [] };
  }
  const where = { account: making.accountId };
  const segment = fileSegment(making.accountId, name);
  const show = aws(where, [
    'iam',
    'get-role',
    ...option('--role-name', name),
    '--query',
    'Role.AssumeRolePolicyDocument',
    '--output',
    'json',
  ]);
  const save = aws(
    where,
    ['iam', 'get-role', ...option('--role-name', name), '--query', 'Role.AssumeRolePolicyDocument', '--output', 'json'],
    { saveTo: `saved/trust-changed-${segment}.json` },
  );
  const former = formerTrust(context, making, name);
  const console = [`IAM → Roles → ${name} → Trust relationships → Edit trust policy, in account ${making.accountId}.`];
  if (former === undefined) {
    return {
      steps: [
        step({
          title,
          does: 'Take out what the lineage added. The policy before is not in these logs, or was written by the same lineage.',
          console: [
            ...console,
            'Compare with your infrastructure code, or with AWS Config → Resource timeline of the role.',
          ],
          commands: [save],
          check: [show],
          notes: ['The command only saves the present policy as evidence.'],
        }),
      ],
      files: [],
    };
  }
  const file = policyFile(`policies/${fileSegment('trust-former', making.accountId, name)}.json`, former.document);
  const put = (path: string) =>
    aws(where, [
      'iam',
      'update-assume-role-policy',
      ...option('--role-name', name),
      '--policy-document',
      `file://${path}`,
    ]);
  return {
    steps: [
      step({
        title,
        does: `Puts back the trust policy that event ${former.eventId} gave the role, the last one before the lineage changed it. The changed one is saved first.`,
        console: [...console, `Paste the text of ${file.path}.`],
        commands: [save, put(file.path)],
        breaks: [
          'Whoever the changed policy let in, the attacker first of all. Statements that this plan added before are lost: run the trust phase again afterwards.',
        ],
        check: [show],
        undo: [put(`saved/trust-changed-${segment}.json`)],
        notes: [
          'Read the file before you use it: the logs may lack a later change by one of you. The scripts leave it to you.',
        ],
      }),
    ].map((each) => ({
      ...each,
      commands: each.commands.map((command, index) =>
        index === 1 ? { posix: command.posix, powershell: command.powershell } : command,
      ),
    })),
    files: [file],
  };
}

function formerTrust(
  context: PlanContext,
  making: Making,
  name: string,
): { readonly document: JsonObject; readonly eventId: string } | undefined {
  const { events } = context.model;
  const inScope = new Set(context.scope.sessions.map(({ index }) => index));
  const rows = [...events.notable.keys()].filter((row) => row < (making.row ?? 0)).sort((a, b) => b - a);
  for (const row of rows) {
    const { eventName } = actionAt(events, row);
    const record = notableAt(events, row);
    if (
      record === undefined ||
      (eventName !== 'UpdateAssumeRolePolicy' && eventName !== 'CreateRole') ||
      !succeeded(events, row) ||
      accountAt(events, row) !== making.accountId
    ) {
      continue;
    }
    const parameters = requestParameters(record) ?? {};
    if (stringAt(parameters, 'roleName') !== name || inScope.has(events.session[row] ?? -1)) {
      continue;
    }
    const document = policyObject(
      valueAt(parameters, eventName === 'CreateRole' ? 'assumeRolePolicyDocument' : 'policyDocument'),
    );
    if (document !== undefined && lintPolicy(JSON.stringify(document), 'trust').length === 0) {
      return { document, eventId: eventIdAt(events, row) };
    }
    return undefined;
  }
  return undefined;
}
