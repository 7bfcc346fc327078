/** Before anything changes: what is known, and how the identities look now. Reads only. */
import { aws, option, step } from './command';
import { fileSegment } from './names';
import { outlineId, type Outline, type PlanContext } from './outline';
import { isSafe } from './quote';
import type { Command } from './remediation';

export function evidence(context: PlanContext): readonly Outline[] {
  const { scope, names } = context;
  return [
    {
      id: outlineId('evidence', 'lineage'),
      title: 'Keep what is known',
      phase: 'evidence',
      build: () => {
        const commands: Command[] = [];
        for (const role of scope.roles.filter(
          ({ roleClass }) => roleClass === 'ordinary' || roleClass === 'instance',
        )) {
          if (isSafe('name', role.name) && isSafe('account', role.accountId)) {
            const named = option('--role-name', role.name);
            const saved = (what: string) => ({ saveTo: `saved/${fileSegment(what, role.accountId, role.name)}.json` });
            commands.push(
              aws({ account: role.accountId }, ['iam', 'get-role', ...named, '--output', 'json'], saved('role')),
              aws(
                { account: role.accountId },
                ['iam', 'list-attached-role-policies', ...named, '--output', 'json'],
                saved('role-attached'),
              ),
              aws(
                { account: role.accountId },
                ['iam', 'list-role-policies', ...named, '--output', 'json'],
                saved('role-inline'),
              ),
            );
          }
        }
        for (const user of scope.users.filter(({ foreign }) => !foreign)) {
          if (isSafe('name', user.name) && isSafe('account', user.accountId)) {
            commands.push(
              aws(
                { account: user.accountId },
                ['iam', 'list-access-keys', ...option('--user-name', user.name), '--output', 'json'],
                { saveTo: `saved/${fileSegment('keys', user.accountId, user.name)}.json` },
              ),
            );
          }
          for (const key of user.keys.filter(
            (each) => isSafe('access-key', each) && isSafe('account', user.accountId),
          )) {
            commands.push(
              aws(
                { account: user.accountId },
                ['iam', 'get-access-key-last-used', '--access-key-id', key, '--output', 'json'],
                { saveTo: `saved/${fileSegment('last-used', key)}.json` },
              ),
            );
          }
        }
        return {
          steps: [
            step({
              title: 'Export the findings, copy the logs, and write down the time',
              does: `The last suspicious event of this lineage in the logs is of ${names.lastEventTime}. The commands read how the identities look now; their answers go to the folder saved.`,
              console: [
                'Export the report (Export Report, or analyze --format json) and keep a copy of the log files where nobody changes them.',
                'Write down the present time: everything after it is your doing, or shows that the containment does not hold.',
              ],
              commands,
              breaks: ['Nothing: reads only. The attacker can see these calls in CloudTrail, as you can see theirs.'],
              notes: [
                'Tell those who own the roles and users below that they will stop working, and until when.',
                'Check that you do not respond with one of the identities of this lineage yourself.',
              ],
            }),
          ],
          files: [],
        };
      },
    },
  ];
}
