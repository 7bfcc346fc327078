/** Undoing by one command of one service, written as a recipe: what to call, with which values of the record, and how back. */
import { stringAt, valueAt } from '../cloudtrail/record';
import type { JsonObject } from '../cloudtrail/columns';
import { aws, option, step } from './command';
import type { Making } from './making';
import { fileSegment } from './names';
import type { Built, PlanContext } from './outline';
import { isSafe, type ValueKind } from './quote';
import { unsafeValue } from './refuse';
import type { Argument, Command } from './remediation';

export interface ObjectAction {
  /** Ends before the object's name: `Set inactive: access key`. */
  readonly title: string;
  remedy(making: Making, context: PlanContext): Built;
}

/** One argument of the commands, taken from the record. */
export interface Field {
  readonly option: string;
  readonly kind: ValueKind;
  read(making: Making): string;
}

export const request = (name: string, kind: ValueKind, optionName: string): Field => ({
  option: optionName,
  kind,
  read: ({ request: parameters }) => stringAt(parameters, name),
});
export const response = (path: readonly string[], kind: ValueKind, optionName: string): Field => ({
  option: optionName,
  kind,
  read: ({ response: elements }) => stringAt(elements, ...path),
});

/** `userName` of the request, or the user itself where the request names none. */
export function userNameOf(making: Making): string {
  return (
    stringAt(making.request, 'userName') ||
    deepUserName(making.response) ||
    (making.eventName === 'CreateUser' ? making.name : '')
  );
}

function deepUserName(elements: JsonObject): string {
  for (const element of [
    'accessKey',
    'loginProfile',
    'user',
    'sSHPublicKey',
    'certificate',
    'serviceSpecificCredential',
  ]) {
    const name = stringAt(valueAt(elements, element), 'userName');
    if (name !== '') {
      return name;
    }
  }
  return '';
}

export interface Recipe {
  readonly title: string;
  readonly does: string;
  readonly breaks: string;
  readonly fields: readonly Field[];
  readonly service: string;
  readonly command: string;
  readonly extra?: readonly string[];
  /** `command` and `extra` that bring it back; absent: cannot be undone by one command. */
  readonly undo?: { readonly command: string; readonly extra?: readonly string[] };
  readonly noUndo?: string;
  /** Reads the object to a file first. */
  readonly save?: { readonly command: string; readonly query?: string; readonly undoOption?: string };
  readonly check: { readonly command: string; readonly fields?: readonly Field[] };
  /** Services that live in a Region. */
  readonly regional?: boolean;
  readonly console: string;
}

export function fromRecipe(recipe: Recipe): ObjectAction {
  return {
    title: recipe.title,
    remedy: (making) => {
      const title = `${recipe.title} ${making.name}`;
      const values: { readonly field: Field; readonly value: string }[] = recipe.fields.map((field) => ({
        field,
        value: field.read(making),
      }));
      const bad = values.find(({ field, value }) => !isSafe(field.kind, value));
      if (!isSafe('account', making.accountId)) {
        return { steps: [unsafeValue(title, 'account', making.accountId)], files: [] };
      }
      if (bad !== undefined) {
        return {
          steps: [
            bad.value === ''
              ? step({
                  title,
                  refused: `The logs do not hold what ${bad.field.option} needs. Open the record and do it by hand: ${recipe.console}`,
                })
              : unsafeValue(title, bad.field.kind, bad.value),
          ],
          files: [],
        };
      }
      const place = {
        account: making.accountId,
        region: recipe.regional === true && isSafe('region', making.region) ? making.region : '',
      };
      const argumentsOf = (fields: readonly Field[]): Argument[] =>
        fields.flatMap((field) => option(field.option, field.read(making)));
      const call = (command: string, extra: readonly string[] = [], fields = recipe.fields): Command =>
        aws(place, [recipe.service, command, ...argumentsOf(fields), ...extra]);
      const saved = `saved/${fileSegment(recipe.service, making.accountId, making.eventName, making.name, ...values.map(({ value }) => value))}.json`;
      const save = recipe.save;
      const commands = [
        ...(save === undefined
          ? []
          : [
              aws(
                place,
                [
                  recipe.service,
                  save.command,
                  ...argumentsOf(recipe.fields),
                  ...(save.query === undefined ? [] : ['--query', save.query]),
                  '--output',
                  'json',
                ],
                { saveTo: saved },
              ),
            ]),
        call(recipe.command, recipe.extra),
      ];
      const back =
        recipe.undo === undefined
          ? []
          : [
              call(recipe.undo.command, [
                ...(recipe.undo.extra ?? []),
                ...(save?.undoOption === undefined ? [] : [save.undoOption, `file://${saved}`]),
              ]),
            ];
      return {
        steps: [
          step({
            title,
            does: recipe.does,
            console: [
              `Account ${making.accountId}${place.region === '' ? '' : `, Region ${place.region}`}.`,
              recipe.console,
            ],
            commands,
            breaks: [recipe.breaks],
            check: [call(recipe.check.command, [], recipe.check.fields ?? recipe.fields)],
            undo: back,
            notes: recipe.noUndo === undefined ? [] : [recipe.noUndo],
          }),
        ],
        files: [],
      };
    },
  };
}
