/** The rule workload-credential-off-platform with a database of networks, and how much it tells; its cases are in test/corpus/rules. */
import assert from 'node:assert/strict';
import { actions, deliver, role } from '../../../../scripts/sample/records';
import type { NetworkFacts } from '../../../../src/engine/network-facts';
import { account, from, minute, onMac, start, World } from '../support/world';

const rule = 'workload-credential-off-platform';
const rust = 'aws-sdk-rust/1.3.0 os/linux lang/rust/1.77.0';
const onCodeBuild = 'aws-cli/2.15.30 os/linux#5.10 lang/python#3.11 exec-env/AWS_CodeBuild';
const onLambda = 'Boto3/1.34.42 os/linux#5.10 lang/python#3.12.3 exec-env/AWS_Lambda_python3.12';

/** 18.0.0.0/8 is of AWS, 8.0.0.0/8 of somebody else; of others nothing is known. */
const network: NetworkFacts = {
  of: (address) =>
    address.startsWith('18.')
      ? { asn: 16509, organization: 'AMAZON-02' }
      : address.startsWith('8.')
        ? { asn: 15169, organization: 'GOOGLE' }
        : undefined,
};

/** A workload of a service that calls from these addresses, one after the other. */
function world(service: string, calls: readonly (readonly [ip: string, ua: string])[]): World {
  const made = new World(`${service} ${calls.flat().join(' ')}`);
  const grant = deliver(made.trail, {
    at: start,
    service,
    role: role(account, 'job'),
    name: 'job',
    minutes: 360,
    withAssumedRoleUser: true,
  });
  made.records.push(...grant.records);
  calls.forEach(([ip, ua], at) => made.does((at + 1) * minute, grant.session, actions.listBuckets, from(ip, ua)));
  return made;
}

function severities(made: World, options = {}): string[] {
  return made.findings(rule, {}, options).map(({ severity }) => severity);
}

describe('workload-credential-off-platform', () => {
  it('knows by a database of networks that a job of Glue, SageMaker or AgentCore runs on AWS', () => {
    for (const service of ['glue', 'sagemaker', 'bedrock-agentcore', 'tasks.apprunner']) {
      const stolen = world(service, [
        ['18.1.1.1', rust],
        ['8.8.8.8', onMac],
      ]);
      assert.deepEqual(severities(stolen), [], `${service} without a database`);
      assert.deepEqual(severities(stolen, { network }), ['high'], service);
    }
    assert.deepEqual(severities(world('glue', [['18.1.1.1', rust]]), { network }), []);
    const same = world('glue', [
      ['18.1.1.1', rust],
      ['8.8.8.8', rust],
    ]);
    assert.deepEqual(severities(same, { network }), ['medium'], 'the same client, elsewhere');
    assert.match(same.only(rule, {}, { network }).explanation, /these addresses are not of AWS/);
    assert.deepEqual(severities(world('glue', [['9.9.9.9', onMac]]), { network }), [], 'an address that nobody knows');
    assert.deepEqual(severities(world('states', [['8.8.8.8', onMac]]), { network }), [], 'no workload of its own');
  });

  it('takes any address of AWS for CodeBuild, not for Lambda: thieves rent there too', () => {
    const build = world('codebuild', [
      ['18.1.1.1', onCodeBuild],
      ['18.2.2.2', rust],
    ]);
    assert.deepEqual(severities(build), ['high']);
    assert.deepEqual(severities(build, { network }), []);
    const lambda = world('lambda', [
      ['18.1.1.1', onLambda],
      ['18.2.2.2', rust],
    ]);
    assert.deepEqual(severities(lambda, { network }), ['high']);
  });

  it('is red for a function without marks only where its place is known not to be AWS', () => {
    assert.deepEqual(severities(world('lambda', [['8.8.8.8', rust]])), ['low']);
    assert.deepEqual(severities(world('lambda', [['8.8.8.8', rust]]), { network }), ['high']);
  });

  it('tells the first uses and the last, and what is normal', () => {
    const calls: (readonly [string, string])[] = [['18.1.1.1', onLambda]];
    for (let at = 0; at < 100; at++) {
      calls.push(['8.8.8.8', onMac]);
    }
    const finding = world('lambda', calls).only(rule);
    assert.equal(finding.count, 100);
    assert.equal(finding.evidenceTotal, 22);
    assert.equal(finding.evidence[0]?.reason, 'A call from where it runs');
    assert.equal(finding.firstEventTime, '2025-05-12T08:02:00Z', 'what is normal is background');
    assert.equal(finding.lastEventTime, '2025-05-12T09:41:00Z');
  });
});
