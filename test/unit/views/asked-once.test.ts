import assert from 'node:assert/strict';
import { AskedOnce } from '../../../src/views/asked-once';

describe('answers of an analysis', () => {
  it('are asked for once, also while they are to come, and anew of another analysis', async () => {
    const asked: string[] = [];
    const answers = new AskedOnce((question) => {
      asked.push(question);
      return Promise.resolve(`${question}${asked.length}`);
    }, 10);
    assert.deepEqual(await Promise.all([answers.get('a', 1), answers.get('a', 1), answers.get('b', 1)]), [
      'a1',
      'a1',
      'b2',
    ]);
    assert.equal(await answers.get('a', 1), 'a1');
    assert.equal(await answers.get('a', 2), 'a3');
    assert.equal(await answers.get('a', 2), 'a3');
    assert.deepEqual(asked, ['a', 'b', 'a']);
  });

  it('are asked for again after a failure', async () => {
    let tries = 0;
    const answers = new AskedOnce(() => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('lost')) : Promise.resolve(tries);
    }, 10);
    await assert.rejects(answers.get('a', 1), /lost/);
    assert.equal(await answers.get('a', 1), 2);
  });

  it('go when there are too many, those asked for longest ago first', async () => {
    const asked: string[] = [];
    const answers = new AskedOnce((question) => {
      asked.push(question);
      return Promise.resolve(question);
    }, 2);
    for (const question of ['a', 'b', 'a', 'c', 'a', 'b']) await answers.get(question, 1);
    assert.deepEqual(asked, ['a', 'b', 'c', 'b'], 'a was asked for again before c came');
  });
});
