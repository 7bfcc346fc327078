/** §2.8–2.10: what lasts: keys that are used, trust for outsiders, providers and authorities of the intruder's own. */
import {
  actions,
  assumeRoleWithWebIdentity,
  createAccessKey,
  DAY,
  HOUR,
  longTermKey,
  role,
  type JsonObject,
} from '../../../scripts/sample/records';
import { call, createRole, trustFor } from '../company/calls';
import { on } from '../company/calendar';
import { DEV, OTHER_STRANGER, PROD, SECURITY, STAGING, STRANGER, users } from '../company/estate';
import { agents, from, intruder } from '../company/networks';
import type { OrdinaryLife } from '../life/ordinary-life';
import { Scene, type Attack } from './scene';
import { copied, keyOf, target, victims } from './targets';

/** A thief gives the user a second key and goes on with it from elsewhere. */
function ownSecondKey(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a copied key makes its second and moves', on(11, '23:20'));
  const key = longTermKey('exporter of the thief');
  const made = createAccessKey(scene.trail, {
    at: scene.at(0),
    caller: copied.exporter(),
    owner: users.exporter,
    key,
    origin: from(intruder.other, agents.cliLinux),
    ownKey: true,
  });
  const caller = scene.keep(made);
  scene.doesAll(
    900,
    caller,
    [actions.getCallerIdentity, actions.listBuckets],
    from(intruder.laptop, agents.cliLinux),
    30,
  );
  return scene
    .expects('created-key-used', 'medium', { key }, 'self-created, used within 1 h from a different location')
    .done();
}

/** An administrator makes a key for somebody, used a day later: ordinary enough, but it is told. */
function keyForSomebody(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a key made for somebody else, used a day later', on(10, '13:30'));
  const origin = from('87.123.44.5', agents.cliMac);
  const key = longTermKey('data-science');
  const made = createAccessKey(scene.trail, {
    at: scene.at(60),
    caller: scene.signsOn(0, 'dev.patel', DEV, origin),
    owner: victims.quarantined,
    key,
    origin,
  });
  const caller = scene.keep(made);
  scene.doesAll(DAY, caller, [actions.getCallerIdentity, actions.listBuckets], from('141.20.5.9', agents.boto), 30);
  return scene.expects('created-key-used', 'low', { key }, 'else low').done();
}

/** An instance's session makes a key, and the key acts. */
function keyOfMachine(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a host makes a key, and the key acts', on(12, '02:00'));
  const host = scene.machine('worker-2');
  const key = longTermKey('backup-operator of the thief');
  const origin = from(host.exit(scene.at(0)), agents.cliOnHost);
  const made = createAccessKey(scene.trail, {
    at: scene.at(0),
    caller: scene.steals('worker-2', 0),
    owner: victims.trail,
    key,
    origin,
  });
  const caller = scene.keep(made);
  scene.doesAll(
    2 * HOUR,
    caller,
    [actions.getCallerIdentity, actions.listBuckets],
    from(intruder.vps, agents.cliLinux),
    30,
  );
  return scene
    .expects('created-key-used', 'critical', { key }, 'creator is an instance')
    .expects('chain-then-persistence', 'high', { instance: host.id }, 'an instance creating keys, depth 0')
    .done();
}

interface Door {
  readonly name: string;
  readonly clock: string;
  readonly document: JsonObject | string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  readonly about: string;
}

const allow = (principal: JsonObject | string, condition?: JsonObject): JsonObject => trustFor(principal, condition);

/** Trust policies, each on a role of its own, changed by a copied long-term key (nothing chained). */
const doors: readonly Door[] = [
  { name: 'door-all', clock: '00:10', document: allow({ AWS: '*' }), severity: 'critical', about: '`*` unrestricted' },
  {
    name: 'door-external-id',
    clock: '00:20',
    document: allow({ AWS: OTHER_STRANGER }, { StringEquals: { 'sts:ExternalId': 'x-1' } }),
    severity: 'high',
    about: 'a bare account id, unknown; an external id alone does not restrict',
  },
  {
    name: 'door-not-principal',
    clock: '00:30',
    document: {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', NotPrincipal: { AWS: `arn:aws:iam::${STRANGER}:root` }, Action: 'sts:*' },
    },
    severity: 'critical',
    about: 'NotPrincipal with Allow',
  },
  {
    name: 'door-unique-id',
    clock: '00:40',
    document: allow({ AWS: 'AIDAJQABLZS4A3QDU576Q' }),
    severity: 'medium',
    about: 'a unique id: deleted or foreign',
  },
  {
    name: 'door-user',
    clock: '00:50',
    document: allow({ AWS: `arn:aws:iam::${PROD}:user/nightly-exporter` }),
    severity: 'low',
    about: 'a user ARN',
  },
  {
    name: 'door-unreadable',
    clock: '01:00',
    document: '{"Version":"2012-10-17","Statement":[{"Effect":',
    severity: 'low',
    about: 'unparsable: could not read',
  },
];

function openDoor(life: OrdinaryLife, door: Door): Attack {
  const scene = new Scene(life, `trust changed: ${door.about}`, on(8, door.clock));
  const of = role(PROD, door.name);
  const policyDocument = typeof door.document === 'string' ? door.document : JSON.stringify(door.document);
  scene.does(
    0,
    keyOf(victims.trail),
    call('iam:UpdateAssumeRolePolicy', { roleName: of.name, policyDocument }),
    from(intruder.other, agents.cliLinux),
  );
  return scene.expects('trust-policy-backdoor', door.severity, { role: of.arn }, door.about).done();
}

/** A new role, written as URLs are, open to all. */
function newRoleForAll(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a role made for everybody', on(9, '00:40'));
  const of = role(STAGING, 'support-access');
  const open = createRole(of, allow('*'));
  const encoded = {
    ...open,
    params: { ...open.params, assumeRolePolicyDocument: encodeURIComponent(JSON.stringify(allow('*'))) },
  };
  scene.does(0, keyOf(victims.ghost), encoded, from(intruder.vps, agents.cliLinux));
  return scene.expects('trust-policy-backdoor', 'critical', { role: of.arn }, '`*` unrestricted, URL-encoded').done();
}

/** An authority of the intruder's own, by a chained session. */
function trustAnchor(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a trust anchor with a foreign authority', on(10, '01:15'));
  const origin = from(intruder.vps, agents.cliLinux);
  const session = scene.assumes(0, keyOf(victims.archive), target.logArchive, origin);
  const source = {
    sourceType: 'CERTIFICATE_BUNDLE',
    sourceData: { x509CertificateData: '-----BEGIN CERTIFICATE-----' },
  };
  scene.does(
    30,
    session,
    call(
      'rolesanywhere:CreateTrustAnchor',
      { name: 'backup-ca', source, enabled: true },
      { trustAnchor: { trustAnchorId: 'a7', name: 'backup-ca', source } },
    ),
    origin,
  );
  scene.does(
    60,
    session,
    call(
      'rolesanywhere:CreateProfile',
      { name: 'backup', roleArns: [target.logArchive.arn], enabled: true },
      { profile: { name: 'backup' } },
    ),
    origin,
  );
  return scene
    .expects('federation-persistence', 'critical', { role: target.logArchive.arn }, 'external CA by a chained session')
    .done();
}

/** A SAML provider by a long-term key: not chained. */
function samlProvider(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'a SAML provider made with a copied key', on(11, '01:45'));
  scene.does(
    0,
    keyOf(victims.ghost),
    call(
      'iam:CreateSAMLProvider',
      { name: 'corp-login', sAMLMetadataDocument: '<EntityDescriptor/>' },
      { sAMLProviderArn: `arn:aws:iam::${STAGING}:saml-provider/corp-login` },
    ),
    from(intruder.other, agents.cliLinux),
  );
  return scene.expects('federation-persistence', 'medium', { key: longTermKey('ghost') }, 'by others: medium').done();
}

/** An OIDC provider, and the first login through it. */
function oidcLogin(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'an OIDC provider, and a login through it', on(12, '00:20'));
  const origin = from(intruder.laptop, agents.cliLinux);
  const issuer = 'login.example-idp.net';
  scene.does(
    0,
    keyOf(victims.archive),
    call(
      'iam:CreateOpenIDConnectProvider',
      { url: `https://${issuer}`, clientIDList: ['sts'], thumbprintList: [] },
      { openIDConnectProviderArn: `arn:aws:iam::${SECURITY}:oidc-provider/${issuer}` },
    ),
    origin,
  );
  const session = scene.keep(
    assumeRoleWithWebIdentity(scene.trail, {
      at: scene.at(600),
      role: role(SECURITY, 'partner-login'),
      name: 'x',
      issuer,
      audience: 'sts',
      subject: 'admin',
      origin,
    }),
  );
  scene.does(620, session, actions.getCallerIdentity, origin);
  return scene
    .expects('federation-persistence', 'high', { key: longTermKey('log-archiver') }, 'medium, followed by a login +1')
    .done();
}

/** A provider made by an instance. */
function providerOfMachine(life: OrdinaryLife): Attack {
  const scene = new Scene(life, 'an OIDC provider made by a host', on(12, '05:20'));
  const host = scene.machine('kube-3');
  const provider = `arn:aws:iam::${PROD}:oidc-provider/accounts.example-idp.net`;
  scene.does(
    0,
    scene.steals('kube-3', 0),
    call(
      'iam:CreateOpenIDConnectProvider',
      { url: 'https://accounts.example-idp.net', clientIDList: ['sts'] },
      { openIDConnectProviderArn: provider },
    ),
    from(host.exit(scene.at(0)), agents.cliOnHost),
  );
  return scene.expects('federation-persistence', 'critical', { instance: host.id }, 'by an instance session').done();
}

export function trust(life: OrdinaryLife): Attack[] {
  return [
    ownSecondKey(life),
    keyForSomebody(life),
    keyOfMachine(life),
    ...doors.map((door) => openDoor(life, door)),
    newRoleForAll(life),
    trustAnchor(life),
    samlProvider(life),
    oidcLogin(life),
    providerOfMachine(life),
  ];
}
