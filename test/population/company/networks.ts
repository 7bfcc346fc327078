/**
 * Networks and programs of the population. Ordinary addresses lie where such things are (cloud, home and mobile ranges);
 * intruders call from the documentation ranges and from the mission's own example address. Nobody is meant.
 */
import type { Origin, Random } from '../../../scripts/sample/records';

/** The office, its second line, and the two clouds of its web proxy: one company, four networks. */
export const corporate = ['80.152.10.16', '217.6.40.35', '165.225.72.90', '147.161.160.41'] as const;
/** The jump network: operators' VPN and some instances leave by the same gateway. */
export const sharedExit = '18.153.44.9';
/** Each in a network of its own. */
export const prodNat = ['18.196.10.11', '3.121.40.12', '35.157.30.13'] as const;
export const stagingNat = '52.28.7.7';
export const devNat = '18.184.99.5';
export const sharedNat = '3.64.200.18';
export const clusterNat = ['18.159.61.20', '3.66.14.9'] as const;
export const gitlabNat = ['35.156.200.31', '3.70.15.77', '18.194.77.5'] as const;
export const terraformCloud = ['75.2.98.97', '99.83.150.238', '52.86.200.106'] as const;
export const metricsVendor = '52.205.11.9';
export const postureVendor = '34.205.5.77';
export const partnerSite = '194.25.8.50';
export const buildServer = '195.145.20.8';

/** From outside: documentation ranges, and 8.8.8.8, which the mission's example names. */
export const intruder = {
  leakedKey: '192.0.2.66',
  ssrf: '198.51.100.23',
  laptop: '203.0.113.99',
  vps: '192.0.2.140',
  mission: '8.8.8.8',
  v6: '2001:db8:bad:1::77',
  other: '198.51.100.201',
} as const;

export const vpcs = {
  prod: 'vpc-0a4e1c7d92b3f5e61',
  shared: 'vpc-0c2d4e6f8a1b3c5d7',
  analytics: 'vpc-0d8b2f6a13c7e9045',
} as const;
export const endpoints = { s3: 'vpce-0b51d7c9e2f4a8360', secrets: 'vpce-07c2e9a4d1f3b6858' } as const;

const linuxKernel = 'os/linux#6.1.90-99.173.amzn2023.x86_64';
export const agents = {
  cliMac:
    'aws-cli/2.15.38 md/Botocore#2.0.0 ua/2.0 os/macos#23.4.0 md/arch#arm64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#standard md/prompt#off',
  cliLinux:
    'aws-cli/2.15.40 md/Botocore#2.0.0 ua/2.0 os/linux#6.8.0-31-generic md/arch#x86_64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#standard md/prompt#off',
  cliWindows:
    'aws-cli/2.15.41 md/Botocore#2.0.0 ua/2.0 os/windows#10 md/arch#amd64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#standard md/prompt#off',
  cliNewer:
    'aws-cli/2.16.1 md/awscrt#0.20.11 ua/2.0 os/macos#23.5.0 md/arch#arm64 lang/python#3.11.9 md/pyimpl#CPython cfg/retry-mode#standard md/prompt#off',
  cliOnHost: `aws-cli/2.15.30 md/Botocore#2.0.0 ua/2.0 ${linuxKernel} md/arch#x86_64 lang/python#3.9.16 md/pyimpl#CPython cfg/retry-mode#standard md/prompt#off`,
  githubCli:
    'aws-cli/2.15.44 md/Botocore#2.0.0 ua/2.0 os/linux#6.5.0-1021-azure md/arch#x86_64 lang/python#3.11.8 exec-env/GitHub_Actions',
  cloudShell:
    'aws-cli/2.15.38 md/Botocore#2.0.0 ua/2.0 os/linux#6.1.79-99.164.amzn2023.x86_64 md/arch#x86_64 lang/python#3.11.8 exec-env/CloudShell',
  terraform:
    'APN/1.0 HashiCorp/1.0 Terraform/1.8.3 (+https://www.terraform.io) terraform-provider-aws/5.49.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.26.1 os/linux lang/go#1.22.2 md/GOOS#linux md/GOARCH#amd64',
  awsVault:
    'aws-vault/v7.2.0 aws-sdk-go-v2/1.17.7 os/macos lang/go/1.20.1 md/GOOS/darwin md/GOARCH/arm64 api/sts/1.18.7',
  granted: 'granted/0.23.1 aws-sdk-go-v2/1.24.1 os/macos lang/go#1.21.6 md/GOOS#darwin md/GOARCH#arm64',
  browser:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
  browserWindows:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36',
  s3Console:
    'S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.715 Linux/5.10.215-203.850.amzn2int.x86_64 OpenJDK_64-Bit_Server_VM/25.412-b09 java/1.8.0_412 vendor/Oracle_Corporation cfg/retry-mode/standard',
  ssmAgent: 'aws-sdk-go/1.55.5 (go1.23.6; linux; amd64) amazon-ssm-agent/3.3.2299.0',
  cloudWatchAgent: 'CWAgent/1.300040.0 CloudWatchAgent/1.300040.0 (go1.22.3; linux; amd64) aws-sdk-go/1.48.6',
  java: 'aws-sdk-java/2.25.50 Linux/6.1.90-99.173.amzn2023.x86_64 OpenJDK_64-Bit_Server_VM/21.0.3+9-LTS Java/21.0.3 vendor/Amazon.com_Inc. io/sync http/Apache cfg/retry-mode/legacy',
  javaOld: 'aws-sdk-java/1.10.77 Linux/3.10.0-1160.el7.x86_64 OpenJDK_64-Bit_Server_VM/25.181-b13/1.8.0_181',
  boto: `Boto3/1.34.105 md/Botocore#1.34.105 ua/2.0 ${linuxKernel} md/arch#x86_64 lang/python#3.9.16 md/pyimpl#CPython cfg/retry-mode#legacy`,
  botoMac:
    'Boto3/1.34.105 md/Botocore#1.34.105 ua/2.0 os/macos#23.4.0 md/arch#arm64 lang/python#3.12.2 md/pyimpl#CPython cfg/retry-mode#legacy',
  spark:
    'Hadoop 3.3.3-amzn-2, aws-sdk-java/1.12.569 Linux/5.10.213-201.855.amzn2.x86_64 OpenJDK_64-Bit_Server_VM/25.412-b08 java/1.8.0_412 scala/2.12.15',
  lambdaPython:
    'Boto3/1.34.42 md/Botocore#1.34.42 ua/2.0 os/linux#5.10.215-223.850.amzn2.x86_64 md/arch#x86_64 lang/python#3.12.3 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy',
  lambdaNode:
    'aws-sdk-js/3.540.0 ua/2.0 os/linux#5.10.216-225.855.amzn2.x86_64 lang/js md/nodejs#20.13.1 exec-env/AWS_Lambda_nodejs20.x api/s3#3.540.0',
  lambdaRust: 'aws-sdk-rust/1.2.0 os/linux lang/rust/1.77.2',
  fargate: 'aws-sdk-go-v2/1.26.1 os/linux lang/go#1.22.3 md/GOOS#linux md/GOARCH#arm64 exec-env/AWS_ECS_FARGATE',
  ecsOnEc2: 'aws-sdk-go-v2/1.26.1 os/linux lang/go#1.22.3 md/GOOS#linux md/GOARCH#amd64 exec-env/AWS_ECS_EC2',
  ecsAgent:
    'Amazon ECS Agent - v1.83.0 (f1c5ff2) (+http://aws.amazon.com/ecs/) ecs-agent/1.83.0 aws-sdk-go/1.51.3 (go1.22.3; linux; amd64)',
  codeBuild:
    'aws-cli/2.15.40 md/Botocore#2.0.0 ua/2.0 os/linux#4.14.343-259.562.amzn2.x86_64 md/arch#x86_64 lang/python#3.11.8 exec-env/AWS_CodeBuild_standard_7.0 cfg/retry-mode#standard',
  podGo: 'aws-sdk-go-v2/1.26.1 os/linux lang/go#1.22.3 md/GOOS#linux md/GOARCH#amd64',
  kube: 'kube2iam/0.11.2 aws-sdk-go/1.44.298 (go1.20.5; linux; amd64)',
  jenkins:
    'aws-sdk-java/1.12.633 Linux/6.1.90-99.173.amzn2023.x86_64 OpenJDK_64-Bit_Server_VM/17.0.11+9 java/17.0.11 vendor/Eclipse_Adoptium',
  custodian:
    'Boto3/1.34.105 md/Botocore#1.34.105 ua/2.0 os/linux#5.10.216 md/arch#x86_64 lang/python#3.11.8 exec-env/AWS_Lambda_python3.11 CloudCustodian/0.9.36',
  prowler:
    'Boto3/1.34.105 md/Botocore#1.34.105 ua/2.0 os/macos#23.4.0 md/arch#arm64 lang/python#3.11.8 APN_1826889/prowler-cloud',
  scoutSuite:
    'Boto3/1.34.94 md/Botocore#1.34.94 ua/2.0 os/linux#5.10.216 md/arch#x86_64 lang/python#3.11.8 exec-env/AWS_ECS_FARGATE Scout Suite/5.14.0',
  kali: 'aws-cli/2.12.0 Python/3.11.4 Linux/6.3.0-kali1-amd64 exe/x86_64.kali.2023 prompt/off command/iam.list-users',
  pacu: 'Boto3/1.28.40 Python/3.11.4 Linux/6.1.0 Botocore/1.31.40 pacu/1.5.2',
  oldCli: 'aws-cli/1.18.69 Python/3.8.10 Linux/5.4.0-150-generic botocore/1.16.19',
} as const;

export function from(ip: string, ua: string, vpce?: string): Origin {
  return { ip, ua, ...(vpce === undefined ? {} : { vpce }) };
}

/** A runner of GitHub: another machine for each job. */
export function githubRunner(random: Random): string {
  return `${random.pick(['20.102', '4.227', '52.234'])}.${random.int(1, 250)}.${random.int(1, 250)}`;
}
