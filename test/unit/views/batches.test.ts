import assert from 'node:assert/strict';
import { batches, nextTurn } from '../../../src/views/batches';

describe('long work in pieces', () => {
  it('has every entry once, in order, and no piece above the size', () => {
    for (const length of [0, 1, 3, 4, 5, 8, 9]) {
      const list = Array.from({ length }, (_, index) => index);
      const pieces = [...batches(list, 4)];
      assert.deepEqual(pieces.flat(), list);
      assert.ok(pieces.every((piece) => piece.length > 0 && piece.length <= 4));
    }
  });

  it('lets what waits have its turn', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('waiting'));
    for (const piece of batches([1, 2], 1)) {
      order.push(String(piece[0]));
      await nextTurn();
    }
    assert.deepEqual(order, ['1', 'waiting', '2']);
  });
});
