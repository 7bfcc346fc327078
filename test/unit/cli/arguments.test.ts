/** The command line as a command, and what is said of a wrong one. */
import assert from 'node:assert/strict';
import { parseCommand, UsageError, type AnalyzeCommand } from '../../../src/cli/arguments';
import { detectors } from '../../../src/engine/detect/index';
import { program, usage } from '../../../src/cli/usage';

const parse = (line: string) => parseCommand(line.split(' ').filter(Boolean));

describe('the command line', () => {
  it('is read with its options in any place', () => {
    assert.deepEqual(
      parse(
        'analyze a --format sarif b --fail-on high --since 2025-05-16 --until 2025-05-17T00:00:00Z --rule role-chain-depth --rule ec2-credential-chain --rule role-chain-depth --no-suppressions --case c.json --cache d --out o',
      ),
      {
        name: 'analyze',
        paths: ['a', 'b'],
        caseFile: 'c.json',
        cache: 'd',
        format: 'sarif',
        out: 'o',
        failOn: 'high',
        since: '2025-05-16',
        until: '2025-05-17T00:00:00Z',
        rules: ['role-chain-depth', 'ec2-credential-chain'],
        ignoreSuppressions: true,
      },
    );
    const { against, networkDatabases } = parse(
      'analyze a --against b.json --country-db c.mmdb --asn-db d.mmdb --aws-ip-ranges e.json',
    ) as AnalyzeCommand;
    assert.deepEqual(
      { against, networkDatabases },
      { against: 'b.json', networkDatabases: { country: 'c.mmdb', asn: 'd.mmdb', awsIpRanges: 'e.json' } },
    );
    assert.deepEqual(parse('analyze a'), {
      name: 'analyze',
      paths: ['a'],
      format: 'text',
      rules: [],
      ignoreSuppressions: false,
    });
    const who = { name: 'who', query: 'AKIA1', paths: ['a', 'b'], format: 'text', blastRadius: false };
    assert.deepEqual(parse('who AKIA1 a b'), who);
    assert.deepEqual(parse('who --blast-radius AKIA1 a b --format json'), {
      ...who,
      format: 'json',
      blastRadius: true,
    });
    assert.deepEqual(parse('remediate a --finding f-1 --out d'), {
      name: 'remediate',
      paths: ['a'],
      finding: 'f-1',
      out: 'd',
      force: false,
    });
    assert.deepEqual(parse('rules --format json'), { name: 'rules', format: 'json' });
  });

  it('helps wherever it is asked to', () => {
    for (const line of ['--help', '-h', 'help', 'analyze --help', 'who --bogus --help']) {
      assert.deepEqual(parse(line), { name: 'help' }, line);
    }
    assert.deepEqual(parse('--version'), { name: 'version' });
  });

  it('takes what follows -- as a path', () => {
    assert.deepEqual(parse('analyze -- --help'), {
      name: 'analyze',
      paths: ['--help'],
      format: 'text',
      rules: [],
      ignoreSuppressions: false,
    });
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['', /what to do/],
    ['analyse a', /no command analyse/],
    ['analyze', /at least one file or folder/],
    ['analyze a --format pdf', /--format pdf is none of text, json, sarif, markdown, csv/],
    ['analyze a --fail-on info', /--fail-on info is none of critical, high, medium, low/],
    ['analyze a --since yesterday', /--since yesterday is no time/],
    ['analyze a --since 2025-05-17 --until 2025-05-16', /after/],
    ['analyze a --rule nope', new RegExp(`no rule nope; the rules are ${detectors[0]?.id ?? ''}`)],
    ['analyze a --bogus', /--bogus/],
    ['analyze a --out', /--out/],
    ['analyze a --finding x', /--finding/],
    ['who', /who needs a name/],
    ['who AKIA1', /at least one file or folder/],
    ['who AKIA1 a --blast-radius=3', /--blast-radius.* does not take an argument/],
    ['analyze a --blast-radius', /Unknown option '--blast-radius'/],
    ['who AKIA1 a --format csv', /--format csv is none of text, json/],
    ['remediate a --out d', /--finding/],
    ['remediate a --finding f', /--out/],
    ['remediate --finding f --out d', /at least one file or folder/],
    ['rules a', /takes no path/],
  ];
  for (const [line, said] of wrong) {
    it(`says what is wrong with: ${line}`, () => {
      assert.throws(
        () => parse(line),
        (error: unknown) => {
          assert.ok(error instanceof UsageError);
          assert.match(error.message, said);
          // One sentence, on one line.
          assert.doesNotMatch(error.message, /\n|\. [A-Z]/);
          assert.match(error.message, /[^.]\.$/);
          return true;
        },
      );
    });
  }

  it('is told in full by the usage', () => {
    for (const word of [
      ...['analyze', 'who', 'remediate', 'rules'].map((command) => `${program} ${command}`),
      ...[
        '--format',
        '--out',
        '--fail-on',
        '--since',
        '--until',
        '--rule',
        '--no-suppressions',
        '--case',
        '--cache',
        '--finding',
      ],
      ...['--force', '--help', '--version', 'Exit status: 0'],
    ]) {
      assert.ok(usage.includes(word), word);
    }
  });
});
