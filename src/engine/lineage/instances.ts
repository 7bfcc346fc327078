/**
 * What the logs say of each EC2 instance: launch, network, addresses, life, commands sent to it.
 *
 * Guarantee: every fact names the row it was read from; instances are keyed by account and id, in the order of their keys;
 * an address is listed once per source.
 * Source: Amazon EC2 API reference (RunInstances, AssociateAddress, AttachNetworkInterface …), Systems Manager agent calls.
 */
import type { JsonObject, JsonValue } from '../cloudtrail/columns';
import { canonicalAddress, originOf, originOfAddress } from '../cloudtrail/network';
import { arrayAt, isJsonObject, objectAt, requestParameters, responseElements, stringAt } from '../cloudtrail/record';
import { compareText } from '../cloudtrail/text';
import { ActionClass, AgentClass, classesOf, type Classes } from './classes';
import type { EventTable, InstanceAddress, InstanceContext, Session } from './model';
import { accountAt, actionAt, callerAt, succeeded, textAt, timeAt } from './table';

interface Draft {
  readonly key: string;
  readonly accountId: string;
  readonly instanceId: string;
  region: string;
  roleArn: string;
  instanceProfileArn: string;
  launch: InstanceContext['launch'];
  imageId: string;
  vpcId: string;
  subnetId: string;
  httpTokens: string;
  readonly addresses: InstanceAddress[];
  readonly lifecycle: { row: number; time: number; event: 'stop' | 'start' | 'terminate' }[];
  readonly ssmRows: number[];
  readonly sessions: number[];
}

const lifecycleEvents: Readonly<Record<string, 'stop' | 'start' | 'terminate'>> = {
  StopInstances: 'stop',
  StartInstances: 'start',
  TerminateInstances: 'terminate',
};

/** True for a call that only an agent on the instance makes: where it comes from is where the instance is. */
export function isAgentCall(table: EventTable, row: number, classes = classesOf(table)): boolean {
  return (
    ((classes.ofActions(table.actions)[table.action[row] ?? 0] ?? 0) & ActionClass.agent) !== 0 ||
    (classes.ofAgent(table, row) & AgentClass.onInstance) !== 0
  );
}

export function collectInstances(table: EventTable, sessions: readonly Session[]): Map<string, InstanceContext> {
  const book = new InstanceBook(table);
  for (const session of sessions) {
    if (session.instanceId !== '') {
      book.addSession(session);
    }
  }
  const classes = classesOf(table).ofActions(table.actions);
  for (let row = 0; row < table.count; row++) {
    if (((classes[table.action[row] ?? 0] ?? 0) & ActionClass.instance) !== 0 && succeeded(table, row)) {
      book.readRecord(row);
    }
  }
  return book.finish();
}

class InstanceBook {
  private readonly drafts = new Map<string, Draft>();
  /** Instance of a network interface. */
  private readonly interfaces = new Map<string, Draft>();
  /** Interfaces created on their own: their addresses become an instance's once they are attached. */
  private readonly unattached = new Map<string, { readonly row: number; readonly network: JsonObject }>();
  /** Public address of an Elastic IP allocation. */
  private readonly allocations = new Map<string, string>();

  private readonly classes: Classes;

  constructor(private readonly table: EventTable) {
    this.classes = classesOf(table);
  }

  private draft(accountId: string, instanceId: string): Draft {
    const key = `${accountId}|${instanceId}`;
    let draft = this.drafts.get(key);
    if (draft === undefined) {
      draft = {
        key,
        accountId,
        instanceId,
        region: '',
        roleArn: '',
        instanceProfileArn: '',
        launch: undefined,
        imageId: '',
        vpcId: '',
        subnetId: '',
        httpTokens: '',
        addresses: [],
        lifecycle: [],
        ssmRows: [],
        sessions: [],
      };
      this.drafts.set(key, draft);
    }
    return draft;
  }

  addSession(session: Session): void {
    const draft = this.draft(session.accountId, session.instanceId);
    draft.sessions.push(session.index);
    draft.roleArn ||= session.roleArn;
    // Agents call every few minutes from where they called before.
    const { table, classes } = this;
    const { sourceAddress, vpcEndpoint } = table;
    const { rows } = session;
    for (let at = 0; at < rows.length && draft.region === ''; at++) {
      draft.region = textAt(table, 'region', rows[at] ?? 0);
    }
    const seen = new Set<number>();
    let last = -1;
    for (const row of rows) {
      const place = (sourceAddress[row] ?? 0) + (vpcEndpoint[row] ?? 0) * 2 ** 26;
      if (place === last || !isAgentCall(table, row, classes)) {
        continue;
      }
      if (!seen.has(place)) {
        const location = this.agentAt(row);
        if (location === undefined) {
          continue;
        }
        seen.add(place);
        this.addAddress(draft, location, 'agent', row);
      }
      last = place;
    }
  }

  /** Where the agent called from; `undefined` when it was not called from a place. */
  private agentAt(row: number): string | undefined {
    const { table, classes } = this;
    const caller = callerAt(table, row);
    const address = table.sourceAddress[row] ?? 0;
    const plain = caller.invokedBy === '' && table.vpcEndpoint[row] === 0;
    const known = plain ? classes.locations.get(address) : undefined;
    if (known !== undefined) {
      return known;
    }
    const origin = originOf({
      sourceAddress: textAt(table, 'sourceAddress', row),
      vpcEndpoint: textAt(table, 'vpcEndpoint', row),
      userAgent: textAt(table, 'userAgent', row),
      invokedBy: caller.invokedBy,
      consoleSession: false,
    });
    if (plain && origin.direct) {
      classes.locations.set(address, origin.location);
    }
    return origin.direct ? origin.location : undefined;
  }

  private addAddress(draft: Draft, address: string, source: InstanceAddress['source'], row: number): void {
    if (address === '' || draft.addresses.some((known) => known.address === address && known.source === source)) {
      return;
    }
    draft.addresses.push({ address, scope: scopeOf(address), source, row, time: timeAt(this.table, row) });
  }

  readRecord(row: number): void {
    const { eventSource, eventName } = actionAt(this.table, row);
    const record = this.table.notable.get(row);
    if (record === undefined) {
      return;
    }
    const request = requestParameters(record) ?? {};
    const response = responseElements(record) ?? {};
    const account = accountAt(this.table, row);
    if (eventSource.startsWith('ssm.')) {
      this.readSsm(row, account, eventName, request);
    } else if (eventSource.startsWith('ec2.')) {
      this.readEc2(row, account, eventName, request, response);
    }
  }

  private readSsm(row: number, account: string, eventName: string, request: JsonObject): void {
    const targets =
      eventName === 'SendCommand'
        ? textsOf(request['instanceIds'])
        : eventName === 'StartSession'
          ? [stringAt(request, 'target')]
          : [];
    for (const target of targets) {
      if (isInstanceId(target)) {
        this.draft(account, target).ssmRows.push(row);
      }
    }
  }

  private readEc2(row: number, account: string, eventName: string, request: JsonObject, response: JsonObject): void {
    const lifecycle = lifecycleEvents[eventName];
    if (lifecycle !== undefined) {
      for (const item of itemsOf(request['instancesSet'])) {
        const id = stringAt(item, 'instanceId');
        if (isInstanceId(id)) {
          this.draft(account, id).lifecycle.push({ row, time: timeAt(this.table, row), event: lifecycle });
        }
      }
      return;
    }
    switch (eventName) {
      case 'RunInstances':
        for (const item of itemsOf(response['instancesSet'])) {
          this.readLaunch(row, account, item);
        }
        return;
      case 'CreateNetworkInterface': {
        const network = objectAt(response, 'networkInterface') ?? {};
        this.unattached.set(stringAt(network, 'networkInterfaceId'), { row, network });
        return;
      }
      case 'AttachNetworkInterface':
        this.attach(account, request);
        return;
      case 'AssignPrivateIpAddresses':
      case 'AssignIpv6Addresses':
        this.assign(row, request, response);
        return;
      case 'AllocateAddress':
        this.allocations.set(stringAt(response, 'allocationId'), stringAt(response, 'publicIp'));
        return;
      case 'AssociateAddress':
        this.associate(row, account, request);
        return;
      case 'ModifyInstanceMetadataOptions': {
        const options = objectAt(request, 'ModifyInstanceMetadataOptionsRequest') ?? request;
        const id = stringAt(options, 'InstanceId') || stringAt(options, 'instanceId');
        const tokens = stringAt(options, 'HttpTokens') || stringAt(options, 'httpTokens');
        if (isInstanceId(id) && tokens !== '') {
          this.draft(account, id).httpTokens = tokens;
        }
        return;
      }
      case 'AssociateIamInstanceProfile': {
        const options = objectAt(request, 'AssociateIamInstanceProfileRequest') ?? request;
        const id = stringAt(options, 'InstanceId') || stringAt(options, 'instanceId');
        const profile = objectAt(options, 'IamInstanceProfile') ?? objectAt(options, 'iamInstanceProfile') ?? {};
        if (isInstanceId(id)) {
          this.draft(account, id).instanceProfileArn =
            stringAt(profile, 'Arn') ||
            stringAt(profile, 'arn') ||
            stringAt(profile, 'Name') ||
            stringAt(profile, 'name');
        }
        return;
      }
      default:
        return;
    }
  }

  private readLaunch(row: number, account: string, item: JsonObject): void {
    const id = stringAt(item, 'instanceId');
    if (!isInstanceId(id)) {
      return;
    }
    const draft = this.draft(account, id);
    const caller = callerAt(this.table, row);
    draft.launch = { row, time: timeAt(this.table, row), by: caller.arn || caller.invokedBy || caller.principalId };
    draft.region = textAt(this.table, 'region', row) || draft.region;
    draft.imageId = stringAt(item, 'imageId');
    draft.vpcId = stringAt(item, 'vpcId');
    draft.subnetId = stringAt(item, 'subnetId');
    draft.instanceProfileArn ||= stringAt(item, 'iamInstanceProfile', 'arn');
    draft.httpTokens ||= stringAt(item, 'metadataOptions', 'httpTokens');
    this.addAddress(draft, stringAt(item, 'privateIpAddress'), 'launch', row);
    this.addAddress(
      draft,
      stringAt(item, 'ipAddress') || stringAt(item, 'publicIpAddress') || stringAt(item, 'publicIp'),
      'launch',
      row,
    );
    for (const network of itemsOf(item['networkInterfaceSet'])) {
      this.readInterface(row, draft, network, 'launch');
    }
  }

  private readInterface(row: number, owner: Draft, network: JsonObject, source: InstanceAddress['source']): void {
    this.interfaces.set(stringAt(network, 'networkInterfaceId'), owner);
    this.addAddress(owner, stringAt(network, 'privateIpAddress'), source, row);
    this.addAddress(owner, stringAt(network, 'association', 'publicIp'), source, row);
    for (const item of itemsOf(network['privateIpAddressesSet'])) {
      this.addAddress(owner, stringAt(item, 'privateIpAddress'), source, row);
      this.addAddress(owner, stringAt(item, 'association', 'publicIp'), source, row);
    }
    for (const item of itemsOf(network['ipv6AddressesSet'])) {
      this.addAddress(owner, canonicalAddress(stringAt(item, 'ipv6Address')), source, row);
    }
  }

  private attach(account: string, request: JsonObject): void {
    const instanceId = stringAt(request, 'instanceId');
    const networkInterfaceId = stringAt(request, 'networkInterfaceId');
    if (!isInstanceId(instanceId)) {
      return;
    }
    const draft = this.draft(account, instanceId);
    this.interfaces.set(networkInterfaceId, draft);
    const created = this.unattached.get(networkInterfaceId);
    if (created !== undefined) {
      this.readInterface(created.row, draft, created.network, 'network-interface');
    }
  }

  private assign(row: number, request: JsonObject, response: JsonObject): void {
    const options = objectAt(request, 'AssignIpv6AddressesRequest') ?? request;
    const owner = this.interfaces.get(
      stringAt(options, 'networkInterfaceId') || stringAt(options, 'NetworkInterfaceId'),
    );
    if (owner === undefined) {
      return;
    }
    for (const item of [
      ...itemsOf(request['privateIpAddressesSet']),
      ...itemsOf(response['assignedPrivateIpAddressesSet']),
    ]) {
      this.addAddress(owner, stringAt(item, 'privateIpAddress'), 'network-interface', row);
    }
    const assigned = objectAt(response, 'AssignIpv6AddressesResponse') ?? response;
    for (const item of [...itemsOf(options['ipv6Addresses']), ...itemsOf(assigned['assignedIpv6Addresses'])]) {
      this.addAddress(
        owner,
        canonicalAddress(stringAt(item, 'ipv6Address') || stringAt(item, 'item')),
        'network-interface',
        row,
      );
    }
  }

  private associate(row: number, account: string, request: JsonObject): void {
    const instanceId = stringAt(request, 'instanceId');
    const draft = isInstanceId(instanceId)
      ? this.draft(account, instanceId)
      : this.interfaces.get(stringAt(request, 'networkInterfaceId'));
    const address = stringAt(request, 'publicIp') || (this.allocations.get(stringAt(request, 'allocationId')) ?? '');
    if (draft !== undefined) {
      this.addAddress(draft, address, 'elastic-ip', row);
    }
  }

  finish(): Map<string, InstanceContext> {
    return new Map([...this.drafts.entries()].sort(([a], [b]) => compareText(a, b)));
  }
}

function isInstanceId(text: string): boolean {
  return /^m?i-[0-9a-zA-Z]{8,32}$/.test(text);
}

function scopeOf(address: string): InstanceAddress['scope'] {
  if (address.includes(':')) {
    return 'ipv6';
  }
  return originOfAddress(address).class === 'private-odd' ? 'private' : 'public';
}

/** `{items: [{…}]}` as EC2 writes sets, or a bare list. */
function itemsOf(value: JsonValue | undefined): JsonObject[] {
  return (isJsonObject(value) ? arrayAt(value, 'items') : arrayAt(value)).filter(isJsonObject);
}

function textsOf(value: JsonValue | undefined): string[] {
  return arrayAt(value).filter((item) => typeof item === 'string');
}
