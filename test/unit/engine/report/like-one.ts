/** Lineages of any size, of sessions that the linker made: cheap where only their number and their shape matter. */
import assert from 'node:assert/strict';
import { actions } from '../../../../scripts/sample/records';
import type { LineageModel } from '../../../../src/engine/lineage/model';
import { modelOf } from '../support/files';
import { minute, R1, World } from '../support/world';

/** `count` sessions like those of an assumed role; session 0 is like the key that assumed it. */
function likeOne(count: number, parentOf: (index: number) => number): LineageModel {
  const small = new World('like');
  small.does(minute, small.assumes(0, small.alice, R1), actions.listBuckets);
  const model = modelOf(small.records);
  const [top, below] = model.sessions;
  assert.ok(top !== undefined && below !== undefined);
  const children: number[][] = Array.from({ length: count }, () => []);
  for (let index = 1; index < count; index++) {
    children[parentOf(index)]?.push(index);
  }
  const sessions = children.map((list, index) => {
    const like = index === 0 ? top : below;
    return {
      ...like,
      // Made when it is asked for: copying does not take it.
      explanation: like.explanation,
      index,
      id: `${below.id}#${String(index)}`,
      parent: index === 0 ? undefined : parentOf(index),
      root: 0,
      children: list,
    };
  });
  return {
    ...model,
    sessions,
    sessionById: new Map(sessions.map(({ id, index }) => [id, index])),
    sessionByKey: new Map(top.keys.map((key) => [key, 0])),
  };
}

/** One root with so many sessions right below. */
export const wideModel = (below: number): LineageModel => likeOne(below + 1, () => 0);
/** One after the other. */
export const deepModel = (count: number): LineageModel => likeOne(count, (index) => index - 1);
