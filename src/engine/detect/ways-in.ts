/**
 * Calls by which somebody reaches into an instance from outside: commands, shells, its console, its user data, its role.
 *
 * Guarantee: successful calls only; an instance is named by the request or not at all.
 * Source: API references of Systems Manager, EC2 Instance Connect and Amazon EC2.
 */
import { append } from '../append';
import type { Action, JsonObject, JsonValue } from '../cloudtrail/columns';
import { arrayAt, objectAt, requestParameters, stringAt } from '../cloudtrail/record';
import type { EventTable, LineageModel } from '../lineage/model';
import { accountAt, actionAt, notableAt, succeeded } from '../lineage/table';
import { rowsOfActions } from './facts';

/** Ids of the instances that a request names. */
type InstancesOf = (request: JsonObject) => readonly string[];

const one: InstancesOf = (request) => [stringAt(request, 'instanceId')];
const onlyUserData: InstancesOf = (request) =>
  stringAt(request, 'attribute') === 'userData' || Object.hasOwn(request, 'userData') ? one(request) : [];

const waysIn: Readonly<Record<string, InstancesOf>> = {
  'ssm.SendCommand': (request) => [
    ...texts(request['instanceIds']),
    ...arrayAt(request, 'targets').flatMap((target) =>
      stringAt(target, 'key').toLowerCase() === 'instanceids' ? texts(arrayAt(target, 'values')) : [],
    ),
  ],
  'ssm.StartSession': (request) => [stringAt(request, 'target')],
  'ec2-instance-connect.SendSSHPublicKey': one,
  'ec2-instance-connect.SendSerialConsoleSSHPublicKey': one,
  'ec2.GetPasswordData': one,
  'ec2.GetConsoleOutput': one,
  'ec2.DescribeInstanceAttribute': onlyUserData,
  'ec2.ModifyInstanceAttribute': onlyUserData,
  'ec2.AssociateIamInstanceProfile': (request) => {
    const options = objectAt(request, 'AssociateIamInstanceProfileRequest') ?? request;
    return [stringAt(options, 'InstanceId') || stringAt(options, 'instanceId')];
  },
};

function wayOf({ eventSource, eventName }: Action): InstancesOf | undefined {
  const key = `${eventSource.split('.')[0] ?? ''}.${eventName}`;
  return Object.hasOwn(waysIn, key) ? waysIn[key] : undefined;
}

function texts(value: JsonValue | undefined): string[] {
  return arrayAt(value).filter((item) => typeof item === 'string');
}

export interface ReachedInto {
  /** Rows by the instance's `account|id`, in time order. */
  readonly byInstance: ReadonlyMap<string, readonly number[]>;
  /** Calls whose targets are chosen by tag or group. */
  readonly untargeted: number;
}

const perTable = new WeakMap<EventTable, ReachedInto>();

export function reachedInto({ events }: LineageModel): ReachedInto {
  const known = perTable.get(events);
  if (known !== undefined) {
    return known;
  }
  const byInstance = new Map<string, number[]>();
  let untargeted = 0;
  for (const row of rowsOfActions(events, (action) => wayOf(action) !== undefined)) {
    const record = succeeded(events, row) ? notableAt(events, row) : undefined;
    const request = record === undefined ? undefined : requestParameters(record);
    const ids = new Set(
      request === undefined ? [] : wayOf(actionAt(events, row))?.(request).filter((id) => id.startsWith('i-')),
    );
    ids.forEach((id) => append(byInstance, `${accountAt(events, row)}|${id}`, row));
    untargeted += ids.size === 0 && arrayAt(request, 'targets').length > 0 ? 1 : 0;
  }
  const found = { byInstance, untargeted };
  perTable.set(events, found);
  return found;
}
