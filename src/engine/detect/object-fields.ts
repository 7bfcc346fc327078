/**
 * Fields of requests and answers that name what calls make and take away.
 *
 * Guarantee: total; '' or nothing where a record does not say.
 */
import type { JsonObject } from '../cloudtrail/columns';
import { arrayAt, stringAt, valueAt } from '../cloudtrail/record';

export interface ObjectFields {
  readonly request: JsonObject;
  readonly response: JsonObject;
  /** The caller's own user name, which some calls mean when they name nobody. */
  readonly self: string;
}

export type Field = (fields: ObjectFields) => string;

export const asked =
  (...path: readonly string[]): Field =>
  ({ request }) =>
    stringAt(request, ...path);

export const answered =
  (...path: readonly string[]): Field =>
  ({ response }) =>
    textOf(valueAt(response, ...path));

/** A number of a request, which exporters may have made a text. */
export const askedNumber =
  (...path: readonly string[]): Field =>
  ({ request }) =>
    textOf(valueAt(request, ...path));

function textOf(value: unknown): string {
  return typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '-' ? value : '';
}

/** The first field that says something. */
export const either =
  (...each: readonly Field[]): Field =>
  (fields) =>
    each.map((field) => field(fields)).find((text) => text !== '') ?? '';

/** `a|b`, or '' unless all say something. */
export const all =
  (...each: readonly Field[]): Field =>
  (fields) => {
    const texts = each.map((field) => field(fields));
    return texts.includes('') ? '' : texts.join('|');
  };

/** Lambda takes a function's name, its ARN, or a part of that. */
export const functionName: Field = ({ request }) => {
  const text = stringAt(request, 'functionName');
  return /(?:^|:)function:([^:]+)/.exec(text)?.[1] ?? text;
};

/** '' where only a version of the function, or an alias, is meant. */
export const wholeFunction: Field = (fields) =>
  stringAt(fields.request, 'qualifier') === '' &&
  !/(?:^|:)function:[^:]+:/.test(stringAt(fields.request, 'functionName'))
    ? functionName(fields)
    : '';

/** A layer by name or ARN. */
export const layerName: Field = ({ request }) => stringAt(request, 'layerName').split(':').at(-1) ?? '';

/** The user that a call is about: named, or the caller. */
export const userName: Field = ({ request, response, self }) =>
  stringAt(request, 'userName') || stringAt(response, 'accessKey', 'userName') || self;

/** EKS: both are parts of the path of a request, where an ARN may be encoded. */
export const clusterName: Field = either(asked('name'), asked('clusterName'));
export const entryPrincipal: Field = ({ request }) =>
  stringAt(request, 'principalArn').replaceAll('%3A', ':').replaceAll('%2F', '/');

/** EventBridge: rules of different buses may have one name. */
export const ruleOnBus =
  (rule: string): Field =>
  ({ request }) => {
    const name = stringAt(request, rule);
    const bus = stringAt(request, 'eventBusName').split('/').at(-1) ?? '';
    return name === '' ? '' : `${bus === '' ? 'default' : bus}/${name}`;
  };

/** A text of each entry of a list, of the request or of the answer. */
export function textsIn(
  part: 'request' | 'response',
  list: readonly string[],
  name: string,
): (fields: ObjectFields) => readonly string[] {
  return (fields) =>
    arrayAt(fields[part], ...list)
      .map((entry) => stringAt(entry, name))
      .filter((text) => text !== '');
}

export const instancesAsked = textsIn('request', ['instancesSet', 'items'], 'instanceId');
export const instancesMade = textsIn('response', ['instancesSet', 'items'], 'instanceId');

/** Ids in a list of texts. */
export function idsAsked(name: string): (fields: ObjectFields) => readonly string[] {
  return ({ request }) => arrayAt(request, name).filter((id) => typeof id === 'string');
}
