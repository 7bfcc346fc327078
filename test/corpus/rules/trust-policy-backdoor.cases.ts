import { actions, throughService, type Action, type Caller } from '../../../scripts/sample/records';
import { account, alicesKey, minute, other, R1, R2, R3, stranger, World } from '../../unit/engine/support/world';
import { lets, makesOidcProvider, makesRole, makesSamlProvider, policy, trusts } from './policies';
import type { ExpectedFinding, RuleCase } from './rule-case';

const strange = { AWS: `arn:aws:iam::${stranger}:root` };
const ownRole = `arn:aws:iam::${account}:role/app`;
const ownUser = `arn:aws:iam::${account}:user/bob`;
const issuer = 'token.actions.githubusercontent.com';
const provider = (name: string): object => ({ Federated: `arn:aws:iam::${account}:oidc-provider/${name}` });
const web = { Action: 'sts:AssumeRoleWithWebIdentity' };
const condition = (operator: string, key: string, value: unknown): object => ({
  Condition: { [operator]: { [key]: value } },
});

const saml = (name: string): object =>
  lets({ Federated: `arn:aws:iam::${account}:saml-provider/${name}` }, { Action: 'sts:AssumeRoleWithSAML' });
/** A change whose document is not in the record. */
const unseen = actions.plain('iam', 'UpdateAssumeRolePolicy', { roleName: R2.name });

/** Alice, or whoever, does these a minute apart. */
const does = (name: string, list: readonly Action[], by: (world: World) => Caller = ({ alice }) => alice) => {
  return (): World => {
    const world = new World(name);
    const caller = by(world);
    list.forEach((action, at) => world.does((10 + at) * minute, caller, action));
    return world;
  };
};
const chained = (world: World): Caller => world.assumes(0, world.alice, R1);
const fromInstance = (world: World): Caller => world.delivers(0).v2;

/** One trust policy by Alice. */
const one = (
  name: string,
  kind: RuleCase['kind'],
  statement: object,
  expect: readonly ExpectedFinding[],
): RuleCase => ({
  name,
  kind,
  world: does(name, [trusts(R2, policy(statement))]),
  expect,
});

export const cases: readonly RuleCase[] = [
  {
    name: 'an account that nobody knows',
    kind: 'positive',
    world: does('stranger', [trusts(R2, policy(lets({ Service: 'ec2.amazonaws.com' }), lets(strange)))]),
    settings: { ownAccounts: [account, other], trustedAccounts: [{ id: '123456789012', name: 'Metrics' }] },
    expect: [
      {
        severity: 'high',
        count: 1,
        confidence: 'exact',
        title: `Account ${stranger} let into role R2 by access key ${alicesKey} of user alice`,
        says: [`Account ${stranger} is none of the known accounts: 2 own, 1 trusted.`, `of account ${account}`],
        saysNot: ['Own accounts were derived', 'more severe'],
        techniques: ['T1098.003'],
        evidence: ['UpdateAssumeRolePolicy'],
      },
    ],
  },
  one('everybody', 'positive', lets('*'), [{ severity: 'critical', says: ['everybody', 'No condition'] }]),
  one('everybody, as AWS', 'positive', lets({ AWS: '*' }), [{ severity: 'critical' }]),
  one('everybody but some', 'positive', { Effect: 'Allow', NotPrincipal: { AWS: ownUser }, Action: 'sts:AssumeRole' }, [
    { severity: 'critical', says: ['everybody but those named'] },
  ]),
  one(
    'everybody who knows an external id',
    'positive',
    lets('*', condition('StringEquals', 'sts:ExternalId', 'acme-7')),
    [{ severity: 'critical', says: ['sts:ExternalId acme-7', 'does not restrict'] }],
  ),
  one(
    'an unknown account with an external id',
    'positive',
    lets(strange, condition('StringEquals', 'sts:ExternalId', 'acme-7')),
    [{ severity: 'high', says: ['sts:ExternalId acme-7', 'does not restrict'] }],
  ),
  {
    name: 'a role made for an unknown account',
    kind: 'positive',
    world: does('made', [makesRole(R2, policy(lets(strange)))]),
    expect: [{ severity: 'high', evidence: ['CreateRole'], says: ['CreateRole', 'Own accounts were derived'] }],
  },
  {
    name: 'an unknown account, by an assumed role',
    kind: 'positive',
    world: does('chained', [trusts(R2, policy(lets(strange)))], chained),
    expect: [{ severity: 'critical', says: ['reached by 1 role assumption', 'one step more severe'] }],
  },
  {
    name: 'an unknown account, by the credentials of an instance',
    kind: 'positive',
    world: does('instance', [trusts(R2, policy(lets(strange)))], fromInstance),
    expect: [{ severity: 'critical', says: ['credentials of instance i-0123456789abcdef0'] }],
  },
  one('a bare account id', 'positive', lets({ AWS: stranger }), [{ severity: 'high', says: [`account ${stranger}`] }]),
  one('a user of an unknown account', 'positive', lets({ AWS: `arn:aws:iam::${stranger}:user/eve` }), [
    { severity: 'high' },
  ]),
  one('a user of the own account', 'positive', lets({ AWS: ownUser }), [
    { severity: 'low', says: ['User bob: the keys of users do not expire'] },
  ]),
  {
    name: 'a user of the own account, by an assumed role',
    kind: 'positive',
    world: does('user chained', [trusts(R2, policy(lets({ AWS: ownUser })))], chained),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'a provider that was just made',
    kind: 'positive',
    world: does('provider', [makesOidcProvider(account, issuer), trusts(R2, policy(lets(provider(issuer), web)))]),
    expect: [
      {
        severity: 'medium',
        says: [`oidc-provider/${issuer}`, 'set up in the same logs, at 2025-05-12T08:10:00Z'],
        evidence: ['CreateOpenIDConnectProvider', 'UpdateAssumeRolePolicy'],
      },
    ],
  },
  {
    name: 'a provider that was just made, by an assumed role',
    kind: 'positive',
    world: does(
      'provider chained',
      [
        makesSamlProvider(account, 'evil'),
        trusts(
          R2,
          policy(
            lets({ Federated: `arn:aws:iam::${account}:saml-provider/evil` }, { Action: 'sts:AssumeRoleWithSAML' }),
          ),
        ),
      ],
      chained,
    ),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'a provider that only calls itself like the one of a cluster',
    kind: 'positive',
    world: does('look-alike', [
      makesOidcProvider(account, 'oidc.eks.example.com/id/1'),
      trusts(R2, policy(lets(provider('oidc.eks.example.com/id/1'), web))),
    ]),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'a provider that only calls itself like the one of the sign-on',
    kind: 'positive',
    world: does('like the sign-on', [
      makesSamlProvider(account, 'AWSSSO_0f1e_DO_NOT_DELETE'),
      trusts(R2, policy(saml('AWSSSO_0f1e_DO_NOT_DELETE'))),
    ]),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'a provider that is not named like the one of the sign-on, through which it was made',
    kind: 'positive',
    world: does(
      'through the sign-on',
      [makesSamlProvider(account, 'evil'), trusts(R2, policy(saml('evil')))],
      ({ alice }) => throughService(alice, 'sso'),
    ),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'an opening that was closed again, after a change that the record does not show',
    kind: 'positive',
    world: does('closed in the end', [
      trusts(R2, policy(lets(strange))),
      unseen,
      trusts(R2, policy(lets({ Service: 'ec2.amazonaws.com' }))),
    ]),
    expect: [{ severity: 'high', says: ['took that back, at 2025-05-12T08:12:00Z'] }],
    notes: ['trust-policy-backdoor-documents'],
  },
  {
    name: 'a principal that was not in the policy before',
    kind: 'positive',
    world: does('added', [
      trusts(R2, policy(lets({ Service: 'ec2.amazonaws.com' }))),
      trusts(R2, policy(lets({ AWS: ownRole }))),
    ]),
    expect: [
      {
        severity: 'low',
        count: 1,
        title: `Role app let into role R2 by access key ${alicesKey} of user alice`,
        says: ['was not in the policy that the role had before, of 2025-05-12T08:10:00Z'],
        evidence: ['UpdateAssumeRolePolicy', 'UpdateAssumeRolePolicy'],
      },
    ],
  },
  {
    name: 'an own principal added by an assumed role, as infrastructure code does',
    kind: 'positive',
    world: does(
      'added chained',
      [makesRole(R2, policy(lets({ Service: 'ec2.amazonaws.com' }))), trusts(R2, policy(lets({ AWS: ownRole })))],
      chained,
    ),
    expect: [{ severity: 'low', saysNot: ['more severe'] }],
  },
  {
    name: 'several actions of a statement, one of them an assumption',
    kind: 'positive',
    world: does('action list', [trusts(R2, policy(lets(strange, { Action: ['sts:TagSession', 'STS:assume*'] })))]),
    expect: [{ severity: 'high' }],
  },
  one('all actions of STS', 'positive', lets(strange, { Action: 'sts:*' }), [{ severity: 'high' }]),
  {
    name: 'all but other actions',
    kind: 'positive',
    world: does('not action', [
      trusts(R2, policy({ Effect: 'Allow', Principal: strange, NotAction: 'sts:TagSession' })),
    ]),
    expect: [{ severity: 'high' }],
  },
  {
    name: 'a document that is URL-encoded, and one that is an object',
    kind: 'positive',
    world: does('forms', [
      trusts(R2, encodeURIComponent(policy(lets(strange)))),
      trusts(R3, { Statement: lets(strange) }),
    ]),
    expect: [{ severity: 'high' }, { severity: 'high' }],
  },
  {
    name: 'the same role again and again, and another one',
    kind: 'positive',
    world: does('repeats', [
      trusts(R2, policy(lets(strange))),
      trusts(R2, policy(lets(strange), lets('*'))),
      trusts(R3, policy(lets(strange))),
    ]),
    expect: [
      { severity: 'critical', count: 2, says: ['2 such changes', '2025-05-12T08:10:00Z', '2025-05-12T08:11:00Z'] },
      { severity: 'high', count: 1 },
    ],
  },
  {
    name: 'two who open one role',
    kind: 'positive',
    world: () => {
      const world = new World('two');
      return world
        .does(minute, world.alice, trusts(R2, policy(lets(strange))))
        .does(2 * minute, world.signsOn(0, 'carol@example.com'), trusts(R2, policy(lets(strange))));
    },
    expect: [{ severity: 'high' }, { severity: 'high' }],
  },
  {
    name: 'a change that CloudFormation makes for somebody',
    kind: 'positive',
    world: does('stack', [makesRole(R2, policy(lets(strange)))], ({ alice }) =>
      throughService(alice, 'cloudformation'),
    ),
    expect: [{ severity: 'high', says: ['through cloudformation.amazonaws.com'] }],
  },
  {
    name: 'an opening that was closed again',
    kind: 'positive',
    world: does('closed', [
      trusts(R2, policy(lets(strange))),
      trusts(R2, policy(lets({ Service: 'ec2.amazonaws.com' }))),
      trusts(R3, policy(lets('*'))),
      actions.plain('iam', 'DeleteRole', { roleName: R3.name }),
    ]),
    expect: [
      { severity: 'critical', says: ['later deleted, at 2025-05-12T08:13:00Z'] },
      { severity: 'high', says: ['took that back, at 2025-05-12T08:11:00Z'] },
    ],
  },
  one('everybody of any organization', 'positive', lets('*', condition('StringLike', 'aws:PrincipalOrgID', 'o-*')), [
    { severity: 'critical', says: ['aws:PrincipalOrgID o-*'] },
  ]),
  one(
    'everybody, unless the key is there',
    'positive',
    lets('*', condition('StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-exampleorg')),
    [{ severity: 'critical' }],
  ),
  one(
    'everybody of an unknown account',
    'positive',
    lets('*', condition('StringEquals', 'aws:SourceAccount', stranger)),
    [{ severity: 'critical' }],
  ),
  one(
    'everybody, but only a role of an unknown account',
    'positive',
    lets('*', condition('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${stranger}:role/*`)),
    [{ severity: 'high', says: [`account ${stranger}`] }],
  ),
  one(
    'everybody behind an endpoint of their own',
    'positive',
    lets('*', condition('StringEquals', 'aws:SourceVpce', 'vpce-0a1')),
    [{ severity: 'critical' }],
  ),

  // Ordinary life.
  {
    name: 'a vendor that the case file trusts',
    kind: 'negative',
    world: does('vendor', [makesRole(R2, policy(lets(strange, condition('StringEquals', 'sts:ExternalId', 'x'))))]),
    settings: { trustedAccounts: [{ id: stranger, name: 'vendor' }] },
    expect: [],
  },
  {
    name: 'another own account',
    kind: 'negative',
    world: does('own', [makesRole(R2, policy(lets({ AWS: other })))]),
    settings: { ownAccounts: [account, other] },
    expect: [],
  },
  one('services only', 'negative', lets({ Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'] }), []),
  one('a denial', 'negative', { ...lets('*'), Effect: 'Deny' }, []),
  one('tags only', 'negative', lets(strange, { Action: 'sts:TagSession' }), []),
  one(
    'everybody of the organization',
    'negative',
    lets('*', condition('StringEquals', 'aws:PrincipalOrgID', 'o-exampleorg')),
    [],
  ),
  one(
    'everybody of a part of it',
    'negative',
    lets('*', condition('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', ['o-exampleorg/r-1/*'])),
    [],
  ),
  one(
    'everybody of the own account',
    'negative',
    lets('*', condition('StringEquals', 'aws:SourceAccount', account)),
    [],
  ),
  one(
    'everybody, but only own roles',
    'negative',
    lets('*', condition('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${account}:role/app-*`)),
    [],
  ),
  {
    name: 'a role made for an own role',
    kind: 'negative',
    world: does('new role', [makesRole(R2, policy(lets({ AWS: [ownRole, `arn:aws:iam::${account}:root`] })))]),
    expect: [],
  },
  {
    name: 'the same policy written again, in another spelling',
    kind: 'negative',
    world: does('again', [
      trusts(R2, policy(lets({ AWS: account }))),
      trusts(R2, policy(lets({ AWS: [`arn:aws-us-gov:iam::${account}:root`] }))),
    ]),
    expect: [],
  },
  {
    name: 'a role of the same name made anew',
    kind: 'negative',
    world: does('anew', [
      makesRole(R2, policy(lets({ Service: 'ec2.amazonaws.com' }))),
      actions.plain('iam', 'DeleteRole', { roleName: R2.name }),
      makesRole(R2, policy(lets({ AWS: ownRole }))),
    ]),
    expect: [],
  },
  {
    name: 'a role of the same name made anew, whose end is not in the logs',
    kind: 'negative',
    world: does('anew unseen', [
      makesRole(R2, policy(lets({ Service: 'ec2.amazonaws.com' }))),
      makesRole(R2, policy(lets({ AWS: ownRole }))),
    ]),
    expect: [],
  },
  {
    name: 'a role that went, and one of its name whose making is not in the logs',
    kind: 'negative',
    world: does('gone', [
      actions.plain('iam', 'DeleteRole', { roleName: R2.name }),
      trusts(R2, policy(lets({ AWS: ownRole }))),
    ]),
    expect: [],
  },
  one('all but assumptions', 'negative', { Effect: 'Allow', Principal: strange, NotAction: 'sts:*' }, []),
  {
    name: 'a provider whose making failed',
    kind: 'negative',
    world: does('failed provider', [
      { ...makesOidcProvider(account, issuer), error: { code: 'EntityAlreadyExistsException', message: 'there' } },
      trusts(R2, policy(lets(provider(issuer), web))),
    ]),
    expect: [],
  },
  {
    name: 'a change that was refused',
    kind: 'negative',
    world: does('refused', [
      { ...trusts(R2, policy(lets('*'))), error: { code: 'MalformedPolicyDocument', message: 'Invalid principal' } },
    ]),
    expect: [],
  },
  {
    name: 'a provider that was there before',
    kind: 'negative',
    world: does('old provider', [trusts(R2, policy(lets(provider(issuer), web)))]),
    expect: [],
  },
  {
    name: 'a provider that was there before, added to a policy',
    kind: 'negative',
    world: does('old provider added', [
      trusts(R2, policy(lets({ Service: 'ec2.amazonaws.com' }))),
      trusts(R2, policy(lets(provider(issuer), web))),
    ]),
    expect: [],
  },
  {
    name: 'a provider that was there before, added to a policy and only for the organization',
    kind: 'negative',
    world: does('old provider inside', [
      trusts(R2, policy(lets({ Service: 'ec2.amazonaws.com' }))),
      trusts(
        R2,
        policy(lets(provider(issuer), { ...web, ...condition('StringEquals', 'aws:PrincipalOrgID', 'o-exampleorg') })),
      ),
    ]),
    expect: [],
  },
  {
    name: 'an own principal, after a change that the record does not show',
    kind: 'negative',
    world: does('unseen', [
      trusts(R2, policy(lets({ Service: 'ec2.amazonaws.com' }))),
      unseen,
      trusts(R2, policy(lets({ AWS: ownRole }))),
    ]),
    expect: [],
    notes: ['trust-policy-backdoor-documents'],
  },
  one(
    'a user of an unknown account, but only inside the organization',
    'negative',
    lets({ AWS: `arn:aws:iam::${stranger}:user/eve` }, condition('StringEquals', 'aws:PrincipalOrgID', 'o-exampleorg')),
    [],
  ),
  {
    name: 'the sign-on, which makes its provider and roles',
    kind: 'negative',
    world: does(
      'sign-on',
      [
        makesSamlProvider(account, 'AWSSSO_0f1e_DO_NOT_DELETE'),
        makesRole(
          R2,
          policy(
            lets(
              { Federated: `arn:aws:iam::${account}:saml-provider/AWSSSO_0f1e_DO_NOT_DELETE` },
              { Action: 'sts:AssumeRoleWithSAML' },
            ),
          ),
        ),
      ],
      ({ alice }) => throughService(alice, 'sso'),
    ),
    expect: [],
  },
  {
    name: 'a cluster and the role of its pods',
    kind: 'negative',
    world: does(
      'cluster',
      [
        makesOidcProvider(account, 'oidc.eks.us-east-1.amazonaws.com/id/0A1B'),
        makesRole(R2, policy(lets(provider('oidc.eks.us-east-1.amazonaws.com/id/0A1B'), web))),
      ],
      chained,
    ),
    expect: [{ severity: 'low' }],
  },

  // What the logs leave open.
  one('a principal that IAM only knows by its id', 'ambiguous', lets({ AWS: 'AIDACKCEVSQ6C2EXAMPLE' }), [
    { severity: 'medium', says: ['unknown principal AIDACKCEVSQ6C2EXAMPLE', 'nobody can tell'] },
  ]),
  {
    name: 'a text that is no policy',
    kind: 'ambiguous',
    world: does('unreadable', [trusts(R2, '{{{ not a policy')], chained),
    expect: [
      {
        severity: 'low',
        title: 'Trust policy of role R2, written by session session of role R1, could not be read',
        says: ['whom it lets in is not known'],
      },
    ],
  },
  {
    name: 'a text that was cut off',
    kind: 'ambiguous',
    world: does('cut', [trusts(R2, policy(lets(strange), lets({ Service: 'ec2.amazonaws.com' })).slice(0, -30))]),
    expect: [{ severity: 'high', says: ['was cut off'] }],
  },
  {
    name: 'a policy before that cannot be read says nothing of what is new',
    kind: 'ambiguous',
    world: does('unread before', [trusts(R2, '{{{ not a policy'), trusts(R2, policy(lets({ AWS: ownRole })))]),
    expect: [{ severity: 'low', count: 1, saysNot: ['was not in the policy'] }],
  },
  {
    name: 'records without the text',
    kind: 'ambiguous',
    world: does('masked', [trusts(R2, 'HIDDEN_DUE_TO_SECURITY_REASONS'), trusts(R2, policy(lets({ AWS: ownRole })))]),
    expect: [],
    notes: ['trust-policy-backdoor-documents'],
  },
  {
    name: 'a text between two others is not in the records',
    kind: 'ambiguous',
    world: does('masked between', [
      trusts(R2, policy(lets({ Service: 'ec2.amazonaws.com' }))),
      trusts(R2, null),
      trusts(R2, policy(lets({ AWS: ownRole }))),
    ]),
    expect: [],
    notes: ['trust-policy-backdoor-documents'],
  },
  {
    name: 'whether an opening was closed again cannot be read',
    kind: 'ambiguous',
    world: does('unread after', [trusts(R2, policy(lets(strange))), trusts(R2, '{{{ not a policy')]),
    expect: [{ severity: 'high', count: 2, saysNot: ['took that back'] }],
  },
  {
    name: 'an organization that the policy did not let in before',
    kind: 'ambiguous',
    world: does('new organization', [
      trusts(R2, policy(lets({ Service: 'ec2.amazonaws.com' }))),
      trusts(R2, policy(lets('*', condition('StringEquals', 'aws:PrincipalOrgID', 'o-exampleorg')))),
    ]),
    expect: [{ severity: 'low', says: ['Restricted by aws:PrincipalOrgID o-exampleorg'], saysNot: ['No condition'] }],
  },
  {
    name: 'own accounts of the case file without the one that received the records',
    kind: 'ambiguous',
    world: does('recipient', [trusts(R2, policy(lets({ AWS: account })))]),
    settings: { ownAccounts: [other] },
    expect: [],
  },
  {
    name: 'the period asked for begins after one of two changes',
    kind: 'ambiguous',
    world: does('window', [
      trusts(R2, policy(lets(strange))),
      trusts(R2, policy(lets({ Service: 'ec2.amazonaws.com' }))),
      trusts(R2, policy(lets({ AWS: ownRole }))),
    ]),
    options: { since: '2025-05-12T08:11:30Z' },
    expect: [{ severity: 'low', count: 1, says: ['before, of 2025-05-12T08:11:00Z'] }],
  },
];
