/** The record that made an object, as far as undoing it needs it. */
import type { JsonObject } from '../cloudtrail/columns';

export interface Making {
  readonly eventName: string;
  /** `iam:CreateUser`. */
  readonly action: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** Empty where the record is not at hand. */
  readonly request: JsonObject;
  readonly response: JsonObject;
  readonly name: string;
  readonly arn: string;
  readonly accessKeyId: string;
  readonly row: number | undefined;
}
