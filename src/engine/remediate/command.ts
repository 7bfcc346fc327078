/**
 * AWS CLI calls as data, and as a line for either shell.
 *
 * Guarantee: a literal argument is quoted for its shell; options take a value that begins with `-` in the form `--option=value`,
 * so that no value is ever read as an option. Callers pass only values that `isSafe` let through.
 */
import { posixArgument, posixQuote, powershellArgument, powershellQuote } from './quote';
import type { Argument, Call, Command, Step } from './remediation';

/** `account` is twelve digits, or one of these where the number is not in the logs. */
export const managementAccount = 'management';
export const identityCenterAccount = 'identitycenter';

/** Name of the shell variable that holds the CLI profile of an account; letters and digits whatever the account. */
export function profileVariable(account: string): string {
  return `PROFILE_${account.replace(/[^A-Za-z0-9]/g, '')}`;
}

/** `--option value`, or `--option=value` where the value could be taken for an option. */
export function option(name: string, value: Argument): Argument[] {
  return typeof value === 'string' && value.startsWith('-') ? [`${name}=${value}`] : [name, value];
}

export interface Where {
  readonly account: string;
  readonly region?: string;
}

export interface CallExtras {
  readonly saveTo?: string;
  readonly captureAs?: string;
}

export function aws(where: Where, args: readonly Argument[], extras: CallExtras = {}): Command {
  const call: Call = { account: where.account, region: where.region ?? '', args, ...extras };
  return { posix: posixLine(call), powershell: powershellLine(call), call };
}

/** Something only the shell can do, written for both. */
export function shell(posix: string, powershell: string): Command {
  return { posix, powershell };
}

/** Service and command are ours and stand bare; everything after them is quoted. */
function inPlace(argument: string, index: number, quote: (value: string) => string): string {
  return index < 2 ? argument : quote(argument);
}

function posixLine(call: Call): string {
  const words = [
    'aws',
    ...call.args.map((argument, index) =>
      typeof argument === 'string' ? inPlace(argument, index, posixArgument) : `"$${argument.variable}"`,
    ),
    '--profile',
    `"$${profileVariable(call.account)}"`,
    ...(call.region === '' ? [] : ['--region', posixArgument(call.region)]),
  ].join(' ');
  if (call.captureAs !== undefined) {
    return `${call.captureAs}=$(${words})`;
  }
  return call.saveTo === undefined ? words : `${words} > ${posixQuote(call.saveTo)}`;
}

function powershellLine(call: Call): string {
  const words = [
    'aws',
    ...call.args.map((argument, index) =>
      typeof argument === 'string' ? inPlace(argument, index, powershellArgument) : `$${argument.variable}`,
    ),
    '--profile',
    `$${profileVariable(call.account)}`,
    ...(call.region === '' ? [] : ['--region', powershellArgument(call.region)]),
  ].join(' ');
  if (call.captureAs !== undefined) {
    return `$${call.captureAs} = ${words}`;
  }
  return call.saveTo === undefined ? words : `${words} | Set-Content -Encoding ascii ${powershellQuote(call.saveTo)}`;
}

/** A step with everything it does not mention empty. */
export function step(parts: Partial<Step> & { readonly title: string }): Step {
  return { console: [], commands: [], breaks: [], check: [], undo: [], notes: [], ...parts };
}
