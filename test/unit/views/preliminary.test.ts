import assert from 'node:assert/strict';
import { preliminaryNotice, stillReading } from '../../../src/views/preliminary';
import { coverage } from './fixtures';

const result = (preliminary: boolean) => ({ preliminary, summary: { coverage: coverage({ events: 61234 }) } });

describe('what is preliminary', () => {
  it('says so wherever it is shown', () => {
    assert.equal(stillReading(result(true), '12 files'), 'Still reading. So far: 12 files');
    assert.match(preliminaryNotice(result(true)), /^Preliminary: .* still being read.* first 61,234 events/);
  });

  it('is nothing that a result is called', () => {
    assert.equal(stillReading(result(false), '12 files'), '12 files');
    assert.equal(preliminaryNotice(result(false)), '');
  });
});
