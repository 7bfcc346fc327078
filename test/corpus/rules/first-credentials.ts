/** Every first credential that is no assumption itself, with the words for it: where lineages begin. */
import { actions, assumeRoleWithSaml, deliver, role, type Session } from '../../../scripts/sample/records';
import { account, alice, minute, office, start, webRole, type World } from '../../unit/engine/support/world';
import { cognito, rolesAnywhere, signsInToConsole } from './shapes';

export const firsts: readonly [what: string, first: (world: World) => Session, label: string][] = [
  ['an instance', (world) => world.delivers(0).v2, 'instance i-0123456789abcdef0'],
  [
    'a function',
    (world) => {
      const grant = deliver(world.trail, {
        at: start,
        service: 'lambda',
        role: webRole,
        name: 'thumbnails',
        minutes: 120,
        withAssumedRoleUser: false,
      });
      world.records.push(...grant.records);
      return grant.session;
    },
    'Lambda function thumbnails (role web)',
  ],
  [
    'a task',
    (world) => {
      const grant = deliver(world.trail, {
        at: start,
        service: 'ecs-tasks',
        role: webRole,
        name: '0123456789abcdef0123456789abcdef',
        minutes: 360,
        withAssumedRoleUser: true,
      });
      world.records.push(...grant.records);
      return grant.session;
    },
    'ECS task 0123456789abcdef0123456789abcdef (role web)',
  ],
  ['a person of Identity Center', (world) => world.signsOn(0, 'ana'), 'SSO user ana (Engineer)'],
  [
    'a login by SAML',
    (world) => {
      const grant = assumeRoleWithSaml(world.trail, {
        at: start,
        role: role(account, 'Corporate'),
        name: 'dana',
        provider: 'Corporate',
        origin: office,
        hours: 1,
      });
      world.records.push(...grant.records);
      return grant.session;
    },
    'SAML user dana (role Corporate)',
  ],
  [
    'a pipeline with OIDC',
    (world) => world.pipeline(0, role(account, 'ci'), 'run-1'),
    'web identity session run-1 of role ci',
  ],
  ['an identity pool', (world) => cognito(world, 0, role(account, 'app')), 'a Cognito identity (role app)'],
  [
    'a certificate',
    (world) => rolesAnywhere(world, 0, role(account, 'build')),
    'Roles Anywhere session 00c2a5f3b1e08d7746 of role build',
  ],
  [
    'a console sign-in',
    (world) => {
      const held = signsInToConsole(world, 0, alice);
      world.does(minute, held, actions.plain('ec2', 'DescribeInstances'));
      return held;
    },
    'the console sign-in of user alice',
  ],
];
