import assert from 'node:assert/strict';
import { toolMarker, userAgentFamily, userAgentOs } from '../../../../src/engine/cloudtrail/user-agent';

const TERRAFORM =
  'APN/1.0 HashiCorp/1.0 Terraform/1.1.2 (+https://www.terraform.io) terraform-provider-aws/3.76.1 aws-sdk-go/1.44.157 (go1.19.3; linux; amd64)';

describe('user agents', () => {
  const cases: readonly (readonly [agent: string, family: string, os: string, marker: string | undefined])[] = [
    ['aws-cli/2.13.0 Python/3.11.4 Linux/5.15 exe/x86_64.ubuntu', 'aws-cli|linux', 'linux', undefined],
    ['[aws-cli/2.13.0 Python/3.11.4 Linux/5.15]', 'aws-cli|linux', 'linux', undefined],
    ['aws-cli/2.15.1 md/awscrt#0.19 ua/2.0 os/macos#23.1 md/arch#arm64', 'aws-cli|darwin', 'darwin', undefined],
    ['aws-cli/1.16.2 Python/2.7.9 Windows/10 botocore/1.12', 'aws-cli|windows', 'windows', undefined],
    ['aws-cli/2.9.19 Python/3.11 Linux/6.1.0-kali5-amd64', 'aws-cli|linux|kali', 'linux', 'kali'],
    ['Boto3/1.26.1 Python/3.10 Linux/5.4-parrot1 Botocore/1.29', 'boto3|linux|parrot', 'linux', 'parrot'],
    ['Boto3/1.26.1 Python/3.10.6 Darwin/21.6.0 Botocore/1.29', 'boto3|darwin', 'darwin', undefined],
    ['aws-sdk-go-v2/1.18.0 os/linux lang/go#1.19', 'aws-sdk-go-v2|linux', 'linux', undefined],
    [TERRAFORM, 'terraform', 'linux', undefined],
    [`[${TERRAFORM}]`, 'terraform', 'linux', undefined],
    ['[S3Console/0.4, aws-internal/3 Linux/5.10]', 'console', 'linux', undefined],
    ['RDS Console, aws-internal/3 aws-sdk-java/1.11', 'console', '', undefined],
    ['console.amazonaws.com', 'console', '', undefined],
    ['signin.amazonaws.com', 'console', '', undefined],
    ['EC2ConsoleFrontend, aws-internal/3', 'console', '', undefined],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/0.0', 'mozilla', 'windows', undefined],
    ['AWS Internal', 'aws-internal', '', undefined],
    ['cloudformation.amazonaws.com', 'cloudformation.amazonaws.com', '', undefined],
    ['S3 Browser/9.5.5 (https://s3browser.com)', 's3browser', '', 's3browser'],
    ['TruffleHog', 'trufflehog', '', 'trufflehog'],
    ['stratus-red-team_06a62bf9-ef89-43a1-a17b-5234dcbf4cb4', 'stratus-red-team', '', 'stratus-red-team'],
    [
      `${TERRAFORM} stratus-red-team_06a62bf9-ef89-43a1-a17b-5234dcbf4cb4`,
      'terraform|stratus-red-team',
      'linux',
      'stratus-red-team',
    ],
    ['', '', '', undefined],
    ['-', '', '', undefined],
  ];
  for (const [agent, family, os, marker] of cases) {
    it(agent.slice(0, 60) || 'nothing', () => {
      assert.equal(userAgentFamily(agent), family);
      assert.equal(userAgentOs(agent), os);
      assert.equal(toolMarker(agent), marker);
    });
  }

  it('words that only contain a marker do not count', () => {
    assert.equal(toolMarker('alkaline-kalimba/1.0 impacute'), undefined);
  });

  it('a megabyte of agent is cut, not chewed', () => {
    assert.ok(userAgentFamily('a b '.repeat(500_000)).length <= 200);
    assert.ok(userAgentFamily('a'.repeat(1_000_000)).length <= 200);
    // Nothing behind the cut is read.
    const late = `${'a b '.repeat(250_000)} pacu linux terraform/1.0`;
    assert.deepEqual([userAgentFamily(late), userAgentOs(late), toolMarker(late)], ['a', '', undefined]);
  });
});
