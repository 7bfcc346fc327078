/** The population measures both sides: every attack is found, and an ordinary company's two weeks are quiet. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { analyze } from '../../src/engine/analysis';
import { emptyCase } from '../../src/engine/case-settings';
import { detectors } from '../../src/engine/detect/index';
import { attacksUpon } from './attacks/attacks';
import { lookAlikes, type LookAlike } from './company/look-alikes';
import { ordinaryLife } from './life/ordinary-life';
import {
  isAlarm,
  isImplemented,
  measureQuiet,
  measureRecall,
  populate,
  sayings,
  shuffledFiles,
  type Population,
  type Quiet,
  type Recall,
} from './measurement';
import { rules } from './rules';
import { quietTable, recallTable } from './tables';

/** Rules to which ordinary life looks like an attack, until the case file names chains, networks, vendors, tools. */
const tamedByCase = [
  'role-chain-depth',
  'chain-then-persistence',
  'ec2-credential-off-instance',
  'trust-policy-backdoor',
  'federation-persistence',
  'session-multi-origin',
  'federation-token-issued',
  'discovery-burst',
  'cross-account-unknown',
];

describe('population', function () {
  // A hundred thousand records are made, read and judged three times.
  this.timeout(300_000);
  let population: Population;

  before(() => {
    population = populate();
  });

  describe('of ordinary life', () => {
    it('has each of the look-alikes', () => {
      const missing = (Object.keys(lookAlikes) as LookAlike[]).filter((name) => !population.life.book.counts.has(name));
      assert.deepEqual(missing, []);
      const seen = new Set<string>(Object.values(lookAlikes));
      // What AWS itself says of a key has no ordinary double.
      assert.deepEqual(
        rules.filter((rule) => !seen.has(rule)),
        ['aws-quarantine-signal'],
      );
    });

    it('is as large as two weeks of six accounts, each of them in it', () => {
      const { records } = population.life;
      assert.ok(records.length >= 60_000 && records.length <= 150_000, `${records.length} records`);
      const accounts = new Set(records.map(({ recipientAccountId }) => recipientAccountId));
      assert.deepEqual([...accounts].sort(), [...population.settings.ownAccounts].sort());
      assert.equal(new Set(records.map(({ eventTime }) => eventTime.slice(0, 10))).size, 14);
      assert.equal(new Set(records.map(({ eventID }) => eventID)).size, records.length);
    });

    it('is made the same twice, and differently of another seed', () => {
      const digest = (records: readonly object[]): string => {
        const hash = createHash('sha256');
        for (const record of records) hash.update(JSON.stringify(record));
        return hash.digest('hex');
      };
      const again = ordinaryLife();
      assert.equal(digest(again.records), digest(population.life.records));
      const records = (each: readonly { readonly records: readonly object[] }[]): object[] =>
        each.flatMap((attack) => [...attack.records]);
      assert.equal(digest(records(attacksUpon(again))), digest(records(population.attacks)));
      assert.notEqual(ordinaryLife('another').records[0]?.eventID, population.life.records[0]?.eventID);
    });

    it('has attacks upon it for every rule, at moments of its own fortnight', () => {
      const attacked = new Set(population.attacks.flatMap(({ expected }) => expected.map(({ rule }) => rule)));
      assert.deepEqual([...attacked].sort(), [...rules].sort());
      for (const { name, records, expected } of population.attacks) {
        assert.ok(records.length > 0 && expected.length > 0, name);
      }
    });
  });

  describe('alone', () => {
    let quiet: Quiet;

    before(() => {
      quiet = measureQuiet(population);
    });

    for (const rule of rules) {
      it(`raises no alarm of ${rule}`, function () {
        if (!isImplemented(rule)) this.skip();
        const alarms = quiet.alarms.filter((finding) => finding.rule === rule);
        assert.equal(alarms.length, 0, quietTable({ ...quiet, alarms }));
      });
    }

    it('is quiet because of what the case file says: without it, the same days are not', function () {
      const alarms = analyze(population.lifeFiles, emptyCase).findings.filter(isAlarm);
      const raised = new Set(alarms.map(({ rule }) => rule));
      assert.deepEqual(
        tamedByCase.filter((rule) => isImplemented(rule) && !raised.has(rule)),
        [],
      );
    });

    it('is judged by no rule that the population does not measure', () => {
      assert.deepEqual(
        detectors.map(({ id }) => id).filter((id) => !rules.includes(id)),
        [],
      );
    });
  });

  describe('with attacks', () => {
    let recall: Recall;

    before(() => {
      recall = measureRecall(population);
    });

    for (const rule of rules) {
      it(`shows all of ${rule}`, function () {
        if (!isImplemented(rule)) this.skip();
        const outcomes = recall.outcomes.filter(({ expected }) => expected.rule === rule);
        const missed = outcomes.filter(({ found }) => !found);
        assert.equal(missed.length, 0, recallTable({ ...recall, outcomes: missed, strays: [] }));
      });
    }

    it('raises no alarm that no attack is evidence of', () => {
      assert.equal(recall.strays.length, 0, recallTable({ ...recall, outcomes: [] }));
    });

    it('says the same of the same records in another order and other files', () => {
      const shuffled = analyze(shuffledFiles(population), population.settings);
      assert.deepEqual(sayings(shuffled), sayings(recall.analysis));
    });
  });
});
