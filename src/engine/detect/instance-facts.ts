/**
 * The context of an instance, from CloudTrail alone, each fact with the record that tells it.
 *
 * Guarantee: what an investigator looks for first is always listed, also when the logs do not tell it.
 */
import { requestParameters, stringAt } from '../cloudtrail/record';
import { formatInstant } from '../cloudtrail/time';
import type { ContextFact } from '../contract';
import type { InstanceAddress, InstanceContext, LineageModel, Session } from '../lineage/model';
import { actionAt, callerAt, eventIdAt, notableAt, textAt, timeAt } from '../lineage/table';
import { clean } from './text';

const notTold = 'not in these logs';
/** The last commands sent to an instance say most. */
const mostCommands = 5;

/** `useRows`: calls whose kind of credential delivery is to be told. */
export function instanceFacts(
  model: LineageModel,
  instance: InstanceContext,
  useRows: readonly number[],
): ContextFact[] {
  const { events } = model;
  const launch = instance.launch;
  const launched = launch === undefined ? undefined : eventIdAt(events, launch.row);
  const fact = (label: string, value: string, eventID?: string): ContextFact => ({
    label,
    value: value === '' ? notTold : clean(value, 256),
    ...(eventID === undefined || value === '' ? {} : { eventID }),
  });
  return [
    fact('Instance', instance.instanceId),
    fact('Account', instance.accountId),
    fact('Region', instance.region),
    fact('Instance role', instance.roleArn),
    fact('Instance profile', instance.instanceProfileArn, launched),
    fact('Launched', launch === undefined ? '' : `${formatInstant(launch.time)} by ${launch.by}`, launched),
    fact('AMI', instance.imageId, launched),
    fact('VPC', instance.vpcId, launched),
    fact('Subnet', instance.subnetId, launched),
    fact('Metadata service (httpTokens)', tokensText(instance.httpTokens)),
    ...deliveryFacts(model, useRows),
    ...addressFacts(model, instance.addresses),
    ...instance.lifecycle.map(({ row, time, event }) =>
      fact(lifecycleWords[event], `${formatInstant(time)} by ${callerName(model, row)}`, eventIdAt(events, row)),
    ),
    ...instance.ssmRows
      .slice(-mostCommands)
      .map((row) => fact('Systems Manager', commandText(model, row), eventIdAt(events, row))),
  ];
}

const lifecycleWords = { stop: 'Stopped', start: 'Started', terminate: 'Terminated' } as const;

function tokensText(httpTokens: string): string {
  return httpTokens === 'required'
    ? 'required: IMDSv2 only'
    : httpTokens === 'optional'
      ? 'optional: IMDSv1 answers any request'
      : httpTokens;
}

/** Which metadata service gave out the credentials that were used; one fact a kind. */
function deliveryFacts(model: LineageModel, rows: readonly number[]): ContextFact[] {
  const first = new Map<number, number>();
  for (const row of rows) {
    const delivery = callerAt(model.events, row).ec2RoleDelivery;
    if (delivery !== undefined && !first.has(delivery)) {
      first.set(delivery, row);
    }
  }
  if (first.size === 0) {
    return [{ label: 'Credential delivery (ec2RoleDelivery)', value: notTold }];
  }
  return [...first]
    .sort(([a], [b]) => a - b)
    .map(([delivery, row]) => ({
      label: 'Credential delivery (ec2RoleDelivery)',
      value: `${delivery.toFixed(1)} (IMDSv${String(Math.floor(delivery))})`,
      eventID: eventIdAt(model.events, row),
    }));
}

const addressWords: Readonly<Record<InstanceAddress['source'], string>> = {
  launch: 'at launch',
  'network-interface': 'on a network interface',
  'elastic-ip': 'Elastic IP',
  start: 'at a start',
  agent: 'its agent calls from here',
};

function addressFacts(model: LineageModel, addresses: readonly InstanceAddress[]): ContextFact[] {
  if (addresses.length === 0) {
    return [{ label: 'Known addresses', value: notTold }];
  }
  return addresses.slice(0, 12).map(({ address, source, row }) => ({
    label: 'Known address',
    value: `${clean(address, 64)} (${addressWords[source]})`,
    eventID: eventIdAt(model.events, row),
  }));
}

function callerName(model: LineageModel, row: number): string {
  const caller = callerAt(model.events, row);
  return caller.arn || caller.invokedBy || caller.principalId || 'an unknown caller';
}

function commandText(model: LineageModel, row: number): string {
  const record = notableAt(model.events, row);
  const request = record === undefined ? undefined : requestParameters(record);
  const { eventName } = actionAt(model.events, row);
  const document = stringAt(request, 'documentName');
  const origin = textAt(model.events, 'sourceAddress', row);
  return `${eventName}${document === '' ? '' : ` ${document}`} at ${formatInstant(timeAt(model.events, row))} by ${callerName(model, row)}${origin === '' ? '' : ` from ${origin}`}`;
}

/** The instance of a session; `undefined` for other sessions. */
export function instanceOf(model: LineageModel, session: Session): InstanceContext | undefined {
  return session.instanceId === '' ? undefined : model.instances.get(`${session.accountId}|${session.instanceId}`);
}
