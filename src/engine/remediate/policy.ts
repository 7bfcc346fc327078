/**
 * IAM policy documents, and the files they are written to.
 *
 * Guarantee: keys in the order AWS documents them, so that the same plan gives the same bytes. A document that needs the time
 * of its application is a template: valid JSON that IAM refuses as it stands, because its `Effect` is neither `Allow` nor
 * `Deny` (IAM answers MalformedPolicyDocument). A time that was merely forgotten would otherwise give a policy that may be
 * accepted and stops nothing.
 */
import type { GeneratedFile } from './remediation';

export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal?: Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: ConditionBlock;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** Stands for `Deny` in a template. */
export const effectPlaceholder = 'WRITE-Deny-HERE-AFTER-SETTING-THE-TIME-BELOW';
/** Stands for the time of application, e.g. 2023-07-10T13:00:00Z, in a template. */
export const timePlaceholder = 'WRITE-HERE-THE-TIME-OF-APPLYING-IN-UTC-AS-YYYY-MM-DDTHH:MM:SSZ';

export function document(...statements: readonly Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

export function denyEverything(sid: string, condition?: ConditionBlock): Statement {
  return {
    Sid: sid,
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

/** Denies everything to sessions issued before the time of application, as `condition` narrows them. */
export function denyOlderSessions(sid: string, condition: ConditionBlock = {}): Statement {
  return {
    Sid: sid,
    Effect: effectPlaceholder,
    Action: '*',
    Resource: '*',
    Condition: { ...condition, DateLessThan: { 'aws:TokenIssueTime': timePlaceholder } },
  };
}

/** What the scripts do to a template; `time` is ISO, UTC, ending in Z. */
export function fillTemplate(text: string, time: string): string {
  return text.replaceAll(effectPlaceholder, 'Deny').replaceAll(timePlaceholder, time);
}

export function isTemplate(path: string): boolean {
  return path.endsWith('.template.json');
}

/** The file a template becomes. */
export function filledPath(path: string): string {
  return path.replace(/\.template\.json$/, '.json');
}

export function policyFile(path: string, content: unknown): GeneratedFile {
  return { path, content: `${JSON.stringify(content, null, 2)}\n` };
}
