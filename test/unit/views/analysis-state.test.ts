import assert from 'node:assert/strict';
import { AnalysisState } from '../../../src/views/analysis-state';
import { finding } from './fixtures';

interface Result {
  readonly name: string;
  readonly summary: { readonly findings: readonly ReturnType<typeof finding>[] };
}

const result = (name: string, ...findings: ReturnType<typeof finding>[]): Result => ({ name, summary: { findings } });
const found = finding('f');
const suppressed = finding('s', { suppressed: true });

describe('what is shown of an analysis', () => {
  it('goes from nothing over what is preliminary to the result', () => {
    const state = new AnalysisState<Result>();
    assert.deepEqual([state.phase, state.result], ['none', undefined]);
    const run = state.begin();
    assert.equal(state.phase, 'analysing');
    assert.ok(state.show(run, result('early', found)));
    assert.deepEqual(
      [state.phase, state.result?.name, state.complete, state.isPreliminary],
      ['findings', 'early', undefined, true],
    );
    assert.ok(state.end(run, { result: result('whole') }));
    assert.deepEqual(
      [state.phase, state.result?.name, state.complete?.name, state.isPreliminary, state.isRunning],
      ['clean', 'whole', 'whole', false, false],
    );
  });

  it('is not clean before everything is read', () => {
    const state = new AnalysisState<Result>();
    const first = state.begin();
    state.show(first, result('early', suppressed));
    assert.equal(state.phase, 'analysing');
    state.end(first, { result: result('whole', suppressed) });
    assert.equal(state.phase, 'clean');
    const second = state.begin();
    assert.equal(state.phase, 'clean', 'the result before is still there');
    state.show(second, result('early'));
    assert.equal(state.phase, 'analysing');
  });

  it('is the result before again when a run is cancelled or fails', () => {
    const state = new AnalysisState<Result>();
    state.end(state.begin(), { result: result('before', found) });
    for (const outcome of [{}, { failed: true }]) {
      const run = state.begin();
      state.show(run, result('early', found));
      assert.equal(state.result?.name, 'early');
      assert.ok(state.end(run, outcome));
      assert.deepEqual([state.phase, state.result.name], ['findings', 'before']);
    }
  });

  it('has failed only where there is nothing else', () => {
    const state = new AnalysisState<Result>();
    state.end(state.begin(), { failed: true });
    assert.equal(state.phase, 'failed');
    state.begin();
    assert.equal(state.phase, 'analysing');
  });

  it('hears nothing of a run that is over', () => {
    const state = new AnalysisState<Result>();
    const first = state.begin();
    const second = state.begin();
    assert.ok(first.signal.aborted && !second.signal.aborted);
    assert.equal(state.show(first, result('late')), false);
    assert.equal(state.end(first, { result: result('late') }), false);
    assert.deepEqual([state.phase, state.result], ['analysing', undefined]);
    state.clear();
    assert.ok(second.signal.aborted);
    assert.equal(state.end(second, { result: result('late') }), false);
    assert.equal(state.show(second, result('late')), false);
    assert.equal(state.phase, 'none');
  });

  it('is nothing once it is lost', () => {
    const state = new AnalysisState<Result>();
    state.end(state.begin(), { result: result('whole', found) });
    state.lose();
    assert.deepEqual([state.phase, state.result], ['failed', undefined]);
  });
});
