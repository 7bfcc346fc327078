/**
 * A small account in which a test lets things happen; what CloudTrail would record of it goes through the real scanner,
 * linker and detectors. Records are shaped after the AWS reference (the builders of the sample); every id is invented.
 */
import { analyze, type Analysis, type AnalyzeOptions } from '../../../../src/engine/analysis';
import { emptyCase, type CaseSettings } from '../../../../src/engine/case-settings';
import type { Finding } from '../../../../src/engine/contract';
import {
  actions,
  assumeRole,
  assumeRoleWithSaml,
  assumeRoleWithWebIdentity,
  createAccessKey,
  createUser,
  deliverToInstance,
  iamUser,
  longTermKey,
  role,
  Trail,
  user,
  utc,
  type Action,
  type Caller,
  type InstanceGrant,
  type JsonObject,
  type Origin,
  type Role,
  type Session,
  type User,
} from '../../../../scripts/sample/records';
import { fileOf } from './files';

export const account = '111122223333';
export const other = '444455556666';
export const stranger = '999988887777';
export const start = utc('2025-05-12T08:00:00Z');
export const cli = 'aws-cli/2.15.30 md/Botocore#2.0.0 ua/2.0 os/linux#6.6 md/arch#x86_64 lang/python#3.11.8';
export const onMac = 'aws-cli/2.15.30 md/Botocore#2.0.0 ua/2.0 os/macos#23.4.0 md/arch#arm64 lang/python#3.11.8';
export const agent = 'aws-sdk-go/1.55 (go1.22; linux; amd64) amazon-ssm-agent/3.3.2299.0';
export const office: Origin = { ip: '203.0.113.7', ua: cli };

export const R1 = role(account, 'R1');
export const R2 = role(account, 'R2');
export const R3 = role(account, 'R3');
export const webRole = role(account, 'web');
export const alice = user(account, 'alice');
export const alicesKey = longTermKey('alice');
export const instanceId = 'i-0123456789abcdef0';
export const minute = 60;
export const hour = 3600;
export const day = 24 * hour;

export function from(ip: string, ua = cli, vpce?: string): Origin {
  return { ip, ua, ...(vpce === undefined ? {} : { vpce }) };
}

export class World {
  readonly records: object[] = [];
  readonly trail: Trail;

  constructor(name: string) {
    this.trail = new Trail(name);
  }

  get alice(): Caller {
    return iamUser(alice, alicesKey);
  }

  /** Seconds count from Monday, 08:00. */
  does(at: number, caller: Caller, action: Action, origin: Origin = office): this {
    this.records.push(this.trail.record(start + at, caller, action, origin));
    return this;
  }

  assumes(at: number, caller: Caller, of: Role, origin: Origin = office, name = 'session'): Session {
    const grant = assumeRole(this.trail, { at: start + at, caller, role: of, name, origin });
    this.records.push(...grant.records);
    return grant.session;
  }

  /** One role after the other, a minute apart, the last one used. */
  chain(at: number, caller: Caller, roles: readonly Role[], origin: Origin = office): Session {
    let session: Session | undefined;
    roles.forEach((of, index) => {
      session = this.assumes(at + index * minute, session ?? caller, of, origin);
    });
    if (session === undefined) {
      throw new Error('a chain needs a role');
    }
    this.does(at + roles.length * minute, session, actions.listBuckets, origin);
    return session;
  }

  signsOn(at: number, person: string, permissionSet = 'Engineer'): Session {
    const grant = assumeRoleWithSaml(this.trail, {
      at: start + at,
      role: role(account, `AWSReservedSSO_${permissionSet}_0123456789abcdef`, '/aws-reserved/sso.amazonaws.com/'),
      name: person,
      provider: 'AWSSSO_0f1e2d3c4b5a6978_DO_NOT_DELETE',
      origin: office,
      hours: 8,
    });
    this.records.push(...grant.records);
    return grant.session;
  }

  pipeline(at: number, of: Role, run: string): Session {
    const grant = assumeRoleWithWebIdentity(this.trail, {
      at: start + at,
      role: of,
      name: run,
      issuer: 'token.actions.githubusercontent.com',
      audience: 'sts.amazonaws.com',
      subject: 'repo:examplecorp/shop:ref:refs/heads/main',
      origin: office,
    });
    this.records.push(...grant.records);
    return grant.session;
  }

  delivers(at: number, id = instanceId, of: Role = webRole): InstanceGrant {
    const grant = deliverToInstance(this.trail, start + at, of, id);
    this.records.push(...grant.records);
    return grant;
  }

  heartbeat(at: number, session: Session, ip: string, id = instanceId): this {
    return this.does(at, session, actions.heartbeat(id), from(ip, agent));
  }

  launches(at: number, item: JsonObject = {}, id = instanceId): this {
    const launched = { instanceId: id, imageId: 'ami-1', vpcId: 'vpc-0a1', subnetId: 'subnet-1', ...item };
    return this.does(at, this.alice, {
      ...actions.plain('ec2', 'RunInstances', {}, { instancesSet: { items: [launched] } }),
    });
  }

  lifecycle(at: number, name: 'StopInstances' | 'StartInstances' | 'TerminateInstances', id = instanceId): this {
    return this.does(at, this.alice, actions.plain('ec2', name, { instancesSet: { items: [{ instanceId: id }] } }));
  }

  createsUser(at: number, caller: Caller, made: User, origin: Origin = office): this {
    this.records.push(createUser(this.trail, start + at, caller, made, origin));
    return this;
  }

  createsKey(at: number, caller: Caller, owner: User, key: string, origin: Origin = office): Caller {
    const made = createAccessKey(this.trail, { at: start + at, caller, owner, key, origin });
    this.records.push(...made.records);
    return made.session;
  }

  /** Quiet events at both ends, so that the logs span these days. */
  spans(days: number): this {
    return this.does(0, this.alice, actions.listBuckets).does(days * day, this.alice, actions.listBuckets);
  }

  analysis(settings: Partial<CaseSettings> = {}, options: AnalyzeOptions = {}): Analysis {
    return analyze([fileOf('logs.json', this.records)], { ...emptyCase, ...settings }, options);
  }

  findings(rule: string, settings: Partial<CaseSettings> = {}, options: AnalyzeOptions = {}): readonly Finding[] {
    return this.analysis(settings, options).findings.filter((finding) => finding.rule === rule);
  }

  /** The one finding of a rule; fails when there is none or more. */
  only(rule: string, settings: Partial<CaseSettings> = {}, options: AnalyzeOptions = {}): Finding {
    const found = this.findings(rule, settings, options);
    const [finding] = found;
    if (finding === undefined || found.length > 1) {
      throw new Error(
        `expected one ${rule}, got ${String(found.length)}: ${found.map(({ title }) => title).join(' | ')}`,
      );
    }
    return finding;
  }
}

/** What most tests compare. */
export function brief(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, title, count }) => `${severity} ×${String(count)} ${title}`);
}
