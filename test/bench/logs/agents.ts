/** User agents and addresses of programs and people, in the forms that the SDKs, the console and the tools send. */
import type { Dice } from './dice';

const KERNELS = [
  '5.10.236-228.935.amzn2.x86_64',
  '6.1.134-150.224.amzn2023.x86_64',
  '6.1.129-138.220.amzn2023.aarch64',
  '5.15.0-1084-aws',
  '6.8.0-1028-aws',
];

/** Where a program runs, as its SDK tells it. */
export type Environment = 'AWS_Lambda_python3.12' | 'AWS_Lambda_nodejs20.x' | 'AWS_ECS_FARGATE' | 'AWS_ECS_EC2' | '';

export function programAgent(dice: Dice, environment: Environment): string {
  const exec = environment === '' ? '' : ` exec-env/${environment}`;
  const kernel = dice.pick(KERNELS);
  const minor = dice.int(20, 38);
  const patch = dice.int(0, 160);
  switch (dice.int(0, 6)) {
    case 5:
      return `aws-sdk-go/1.${String(dice.int(40, 55))}.${String(dice.int(0, 50))} (go1.${String(dice.int(19, 23))}.${String(dice.int(0, 12))}; linux; amd64)${exec}`;
    case 6:
      return `Boto3/1.${String(minor)}.${String(patch)} Python/3.9.${String(dice.int(5, 20))} Linux/${kernel}${exec} Botocore/1.${String(minor)}.${String(patch)}`;
    case 0:
      return `Boto3/1.${String(minor)}.${String(patch)} md/Botocore#1.${String(minor)}.${String(patch)} ua/2.0 os/linux#${kernel} md/arch#x86_64 lang/python#3.${String(dice.int(9, 12))}.${String(dice.int(1, 18))} md/pyimpl#CPython${exec} cfg/retry-mode#legacy Botocore/1.${String(minor)}.${String(patch)}`;
    case 1:
      return `aws-sdk-java/2.${String(minor)}.${String(patch)} md/io#sync md/http#Apache ua/2.1 os/Linux#${kernel} lang/java#17.0.${String(dice.int(4, 15))} md/OpenJDK_64-Bit_Server_VM md/vendor#Amazon.com_Inc. md/en_US${exec} cfg/retry-mode#standard`;
    case 2:
      return `aws-sdk-go-v2/1.${String(minor)}.${String(dice.int(0, 6))} os/linux lang/go#1.${String(dice.int(20, 24))}.${String(dice.int(0, 9))} md/GOOS#linux md/GOARCH#amd64${exec} api/s3#1.${String(dice.int(40, 79))}.${String(dice.int(0, 4))}`;
    case 3:
      return `aws-sdk-js/3.${String(dice.int(300, 810))}.0 ua/2.1 os/linux#${kernel} lang/js md/nodejs#${String(dice.int(18, 22))}.${String(dice.int(2, 19))}.${String(dice.int(0, 5))} api/dynamodb#3.${String(dice.int(300, 810))}.0${exec}`;
    default:
      return `aws-cli/2.${String(dice.int(9, 27))}.${String(dice.int(0, 49))} md/awscrt#0.2${String(dice.int(0, 6))}.${String(dice.int(0, 11))} ua/2.1 os/linux#${kernel} md/arch#x86_64 lang/python#3.${String(dice.int(11, 13))}.${String(dice.int(1, 9))} md/pyimpl#CPython${exec} cfg/retry-mode#standard md/installer#exe`;
  }
}

export function browserAgent(dice: Dice): string {
  const chrome = `Chrome/${String(dice.int(118, 136))}.0.0.0`;
  const system = dice.pick(['Macintosh; Intel Mac OS X 10_15_7', 'Windows NT 10.0; Win64; x64', 'X11; Linux x86_64']);
  return dice.chance(0.2)
    ? `Mozilla/5.0 (${system}; rv:${String(dice.int(110, 138))}.0) Gecko/20100101 Firefox/${String(dice.int(110, 138))}.0`
    : `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) ${chrome} Safari/537.36`;
}

/** The command line of a person; the command is part of it. */
export function shellAgent(dice: Dice): string {
  const system = dice.pick(['macos/24.4.0', 'macos/23.6.0', 'linux/6.8.0-59-generic', 'windows/11']);
  return `aws-cli/2.${String(dice.int(15, 27))}.${String(dice.int(0, 49))} md/awscrt#0.23.${String(dice.int(1, 11))} ua/2.1 os/${system} md/arch#arm64 lang/python#3.12.${String(dice.int(1, 9))} md/pyimpl#CPython cfg/retry-mode#standard md/installer#source md/prompt#off md/command#`;
}

export function terraformAgent(dice: Dice): string {
  const provider = `5.${String(dice.int(30, 98))}.0`;
  return `APN/1.0 HashiCorp/1.0 Terraform/1.${String(dice.int(5, 11))}.${String(dice.int(0, 7))} (+https://www.terraform.io) terraform-provider-aws/${provider} (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.${String(dice.int(24, 36))}.0 os/linux lang/go#1.23.${String(dice.int(0, 8))} md/GOOS#linux md/GOARCH#amd64`;
}

function octets(dice: Dice, count: number): string {
  return Array.from({ length: count }, () => String(dice.int(2, 253))).join('.');
}

/** Of AWS's own ranges: NAT gateways, elastic addresses, functions. */
export function amazonAddress(dice: Dice): string {
  return `${dice.pick(['3.88', '18.204', '34.201', '44.192', '52.23', '54.84', '3.120', '18.184', '52.59'])}.${octets(dice, 2)}`;
}

/** Of access providers: offices and homes. */
export function accessAddress(dice: Dice): string {
  return `${dice.pick(['81.169', '92.72', '24.16', '73.92', '86.3', '109.41', '217.91', '99.230'])}.${octets(dice, 2)}`;
}

/** Of the hosted runners of pipelines. */
export function runnerAddress(dice: Dice): string {
  return `${dice.pick(['20.55', '20.172', '40.76', '52.186', '13.68', '172.183', '4.227'])}.${octets(dice, 2)}`;
}

export function privateAddress(dice: Dice): string {
  return `10.${String(dice.int(0, 60))}.${octets(dice, 2)}`;
}
