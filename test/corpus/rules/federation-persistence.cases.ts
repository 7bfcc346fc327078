import {
  actions,
  assumeRoleWithSaml,
  roleSession,
  throughService,
  type Action,
  type Caller,
} from '../../../scripts/sample/records';
import { account, alicesKey, minute, office, R1, R2, start, World } from '../../unit/engine/support/world';
import { makesOidcProvider, makesSamlProvider } from './policies';
import type { RuleCase } from './rule-case';

const anywhere = (kind: string, id: string): string => `arn:aws:rolesanywhere:us-east-1:${account}:${kind}/${id}`;
const github = 'token.actions.githubusercontent.com';
const cluster = 'oidc.eks.us-east-1.amazonaws.com/id/0A1B';
const oidcArn = `arn:aws:iam::${account}:oidc-provider/${github}`;

function makesAnchor(sourceType: string, id = 'anchor-1'): Action {
  const anchor = { name: 'build-ca', enabled: true, source: { sourceType, sourceData: {} } };
  return actions.plain('rolesanywhere', 'CreateTrustAnchor', anchor, {
    trustAnchor: { ...anchor, trustAnchorId: id, trustAnchorArn: anywhere('trust-anchor', id) },
  });
}

/** A change of the anchor's name: neither request nor answer says which authority it has. */
const renamesAnchor = actions.plain('rolesanywhere', 'UpdateTrustAnchor', { trustAnchorId: 'anchor-1', name: 'other' });

const makesProfile = actions.plain(
  'rolesanywhere',
  'CreateProfile',
  { name: 'build', enabled: true, roleArns: [R2.arn] },
  { profile: { name: 'build', profileId: 'profile-1', profileArn: anywhere('profile', 'profile-1') } },
);

const addsClient = actions.plain('iam', 'AddClientIDToOpenIDConnectProvider', {
  openIDConnectProviderArn: oidcArn,
  clientID: 'evil-audience',
});

const updatesSaml = (name: string): Action =>
  actions.plain(
    'iam',
    'UpdateSAMLProvider',
    {
      sAMLProviderArn: `arn:aws:iam::${account}:saml-provider/${name}`,
      sAMLMetadataDocument: '<md:EntityDescriptor/>',
    },
    { sAMLProviderArn: `arn:aws:iam::${account}:saml-provider/${name}` },
  );

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

/** A certificate of the anchor gets R2. */
function certificateSignsIn(world: World, at: number, anchor = 'anchor-1'): World {
  const name = '00c2a5f3b1e08d7746';
  const issuedAt = start + at;
  const session = roleSession({
    role: R2,
    name,
    key: world.trail.temporaryKey(),
    issuedAt,
    expiresAt: issuedAt + 3600,
  });
  return world
    .does(
      at,
      { account, identity: { type: 'Unknown', principalId: '', accountId: account } },
      actions.plain(
        'rolesanywhere',
        'CreateSession',
        {
          roleArn: R2.arn,
          trustAnchorArn: anywhere('trust-anchor', anchor),
          profileArn: anywhere('profile', 'profile-1'),
          durationSeconds: 3600,
          cert: 'MIIDEXAMPLE',
        },
        {
          credentialSet: [
            {
              assumedRoleUser: { assumedRoleId: session.principalId, arn: session.identity.arn ?? '' },
              credentials: { accessKeyId: session.key, sessionToken: 'x', expiration: '2025-05-12T09:30:00Z' },
              roleArn: R2.arn,
            },
          ],
        },
      ),
    )
    .does(at + minute, session, actions.listBuckets);
}

function samlSignsIn(world: World, at: number, provider: string): World {
  const grant = assumeRoleWithSaml(world.trail, {
    at: start + at,
    role: R2,
    name: 'mallory',
    provider,
    origin: office,
    hours: 1,
  });
  world.records.push(...grant.records);
  return world;
}

export const cases: readonly RuleCase[] = [
  {
    name: 'a trust anchor with an authority outside AWS',
    kind: 'positive',
    world: does('external anchor', [makesAnchor('CERTIFICATE_BUNDLE')]),
    expect: [
      {
        severity: 'medium',
        count: 1,
        confidence: 'exact',
        title: `Trust anchor build-ca, by access key ${alicesKey} of user alice`,
        says: ['CreateTrustAnchor', 'outside AWS', `account ${account}`],
        saysNot: ['critical, not medium', 'more severe'],
        evidence: ['CreateTrustAnchor'],
        techniques: ['T1484.002', 'T1556.007', 'T1098'],
      },
    ],
  },
  {
    name: 'an authority outside AWS, by an assumed role',
    kind: 'positive',
    world: does('anchor chained', [makesAnchor('CERTIFICATE_BUNDLE')], chained),
    expect: [{ severity: 'critical', says: ['reached by 1 role assumption: critical, not medium'] }],
  },
  {
    name: 'an authority outside AWS, by the credentials of an instance',
    kind: 'positive',
    world: does('anchor instance', [makesAnchor('CERTIFICATE_BUNDLE')], fromInstance),
    expect: [{ severity: 'critical', instanceIds: ['i-0123456789abcdef0'] }],
  },
  {
    name: 'an authority of AWS',
    kind: 'positive',
    world: does('private CA', [makesAnchor('AWS_ACM_PCA')], chained),
    expect: [{ severity: 'low', says: ['AWS Private CA'], saysNot: ['critical'] }],
  },
  {
    name: 'an anchor and a profile, and a certificate that signs in',
    kind: 'positive',
    world: () =>
      certificateSignsIn(does('certificate', [makesAnchor('CERTIFICATE_BUNDLE'), makesProfile])(), 20 * minute),
    expect: [
      {
        severity: 'high',
        says: ['first login through it followed 10 minutes later, at 2025-05-12T08:20:00Z', 'one step more severe'],
        evidence: ['CreateTrustAnchor', 'CreateSession'],
      },
      { severity: 'high', says: ['1 role by it: R2', '9 minutes later'], evidence: ['CreateProfile', 'CreateSession'] },
    ],
  },
  {
    name: 'a certificate of an anchor of AWS signs in',
    kind: 'positive',
    world: () => certificateSignsIn(does('private certificate', [makesAnchor('AWS_ACM_PCA')])(), 20 * minute),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'an OpenID Connect provider, another audience, and a token that signs in',
    kind: 'positive',
    world: () => {
      const world = does('oidc', [makesOidcProvider(account, github), addsClient])();
      world.pipeline(15 * minute, R2, 'run-1');
      return world;
    },
    expect: [
      {
        severity: 'high',
        count: 2,
        title: `OpenID Connect provider https://${github}, by access key ${alicesKey} of user alice`,
        says: ['5 minutes later', '2 such calls', 'Whoever runs the provider'],
        evidence: ['CreateOpenIDConnectProvider', 'AddClientIDToOpenIDConnectProvider', 'AssumeRoleWithWebIdentity'],
      },
    ],
  },
  {
    name: 'another audience',
    kind: 'positive',
    world: does('client', [addsClient]),
    expect: [{ severity: 'medium', says: ['evil-audience'] }],
  },
  {
    name: 'a SAML provider, by an assumed role, and an assertion that signs in',
    kind: 'positive',
    world: () => samlSignsIn(does('saml', [makesSamlProvider(account, 'corp')], chained)(), 20 * minute, 'corp'),
    expect: [{ severity: 'critical', says: ['10 minutes later'] }],
  },
  {
    name: 'a SAML provider, and an assertion of another one',
    kind: 'positive',
    world: () => samlSignsIn(does('other saml', [makesSamlProvider(account, 'corp')])(), 20 * minute, 'old'),
    expect: [{ severity: 'medium', evidence: ['CreateSAMLProvider'] }],
  },
  {
    name: 'the metadata of a SAML provider',
    kind: 'positive',
    world: does('metadata', [updatesSaml('corp')]),
    expect: [{ severity: 'medium', says: ['UpdateSAMLProvider', 'signing key'] }],
  },
  {
    name: 'a provider that only calls itself like the one of the sign-on',
    kind: 'positive',
    world: does('fake sign-on', [makesSamlProvider(account, 'AWSSSO_0f1e_DO_NOT_DELETE')]),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'a provider that only calls itself like the one of a cluster',
    kind: 'positive',
    world: does('fake cluster', [makesOidcProvider(account, 'oidc.eks.us-east-1.amazonaws.com.example.com/id/1')]),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'a provider that CloudFormation makes for somebody, deleted again',
    kind: 'positive',
    world: () => {
      const world = does('stack', [makesOidcProvider(account, github)], ({ alice }) =>
        throughService(alice, 'cloudformation'),
      )();
      return world.does(
        30 * minute,
        world.alice,
        actions.plain('iam', 'DeleteOpenIDConnectProvider', { openIDConnectProviderArn: oidcArn }),
      );
    },
    expect: [
      { severity: 'medium', says: ['through cloudformation.amazonaws.com', 'later deleted, at 2025-05-12T08:30:00Z'] },
    ],
  },

  // Ordinary life.
  {
    name: 'a cluster and its pods',
    kind: 'negative',
    world: () => {
      const world = does('cluster', [makesOidcProvider(account, cluster)], chained)();
      return world.does(
        20 * minute,
        {
          account,
          identity: {
            type: 'WebIdentityUser',
            principalId: `arn:aws:iam::${account}:oidc-provider/${cluster}:sts.amazonaws.com:system:serviceaccount:shop:web`,
            userName: 'system:serviceaccount:shop:web',
            identityProvider: `arn:aws:iam::${account}:oidc-provider/${cluster}`,
          },
        },
        actions.plain(
          'sts',
          'AssumeRoleWithWebIdentity',
          { roleArn: R2.arn, roleSessionName: 'web' },
          { credentials: { accessKeyId: 'ASIAPODPODPODPOD0001', expiration: 'May 12, 2025, 9:20:00 AM' } },
        ),
      );
    },
    expect: [{ severity: 'low', says: ['EKS cluster', '10 minutes later'], saysNot: ['more severe', 'critical'] }],
  },
  {
    name: 'the sign-on sets up its provider',
    kind: 'negative',
    world: does(
      'sign-on',
      [makesSamlProvider(account, 'AWSSSO_0f1e_DO_NOT_DELETE'), updatesSaml('AWSSSO_0f1e_DO_NOT_DELETE')],
      ({ alice }) => throughService(alice, 'sso'),
    ),
    expect: [],
  },
  {
    name: 'profiles of another service',
    kind: 'negative',
    world: does('other profile', [actions.plain('ses', 'CreateProfile', { name: 'x' })]),
    expect: [],
  },
  {
    name: 'calls that failed',
    kind: 'negative',
    world: does('failed', [
      { ...makesAnchor('CERTIFICATE_BUNDLE'), error: { code: 'AccessDenied', message: 'no' } },
      { ...makesSamlProvider(account, 'corp'), error: { code: 'EntityAlreadyExistsException', message: 'there' } },
    ]),
    expect: [],
  },
  {
    name: 'another thumbprint',
    kind: 'negative',
    world: does('thumbprint', [
      actions.plain('iam', 'UpdateOpenIDConnectProviderThumbprint', { openIDConnectProviderArn: oidcArn }),
    ]),
    expect: [],
  },
  {
    name: 'new metadata of a provider that people use every day',
    kind: 'negative',
    world: () => {
      const world = samlSignsIn(new World('rotation'), 0, 'corp');
      return samlSignsIn(world.does(10 * minute, world.alice, updatesSaml('corp')), 20 * minute, 'corp');
    },
    expect: [{ severity: 'medium', saysNot: ['first login'], evidence: ['UpdateSAMLProvider'] }],
  },

  // What the logs leave open.
  {
    name: 'a changed anchor whose authority only its making tells',
    kind: 'ambiguous',
    world: does('renamed', [makesAnchor('AWS_ACM_PCA'), renamesAnchor]),
    expect: [{ severity: 'low', count: 2 }],
  },
  {
    name: 'a changed anchor of an authority that no record tells',
    kind: 'ambiguous',
    world: does('unknown authority', [renamesAnchor]),
    expect: [{ severity: 'medium', says: ['not in the record'] }],
  },
  {
    name: 'a profile where all anchors are of AWS',
    kind: 'ambiguous',
    world: does('private profile', [makesProfile, makesAnchor('AWS_ACM_PCA')], chained),
    expect: [{ severity: 'low', says: ['anchors in these logs are all of AWS Private CA'] }, { severity: 'low' }],
  },
  {
    name: 'a profile where one anchor is not of AWS',
    kind: 'ambiguous',
    world: does('mixed profile', [
      makesProfile,
      makesAnchor('AWS_ACM_PCA'),
      makesAnchor('CERTIFICATE_BUNDLE', 'anchor-2'),
    ]),
    expect: [{ severity: 'medium' }, { severity: 'medium' }, { severity: 'low' }],
  },
  {
    name: 'a profile without any anchor in the logs',
    kind: 'ambiguous',
    world: does('profile alone', [makesProfile]),
    expect: [{ severity: 'medium' }],
  },
  {
    name: 'the period asked for begins later',
    kind: 'ambiguous',
    world: does('window', [makesAnchor('CERTIFICATE_BUNDLE')]),
    options: { since: '2025-05-12T09:00:00Z' },
    expect: [],
  },
];
