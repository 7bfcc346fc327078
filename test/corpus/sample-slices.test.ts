/** The three cases of the sample incident, as the panel and the text report draw them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { analyze, type Analysis } from '../../src/engine/analysis';
import { emptyCase } from '../../src/engine/case-settings';
import { buildSlice } from '../../src/engine/report/build-slice';
import type { LineageSlice } from '../../src/engine/report/slice';
import { parseFile } from '../../src/worker/node/parse-file';
import { walkSources } from '../../src/worker/node/walk-sources';

let analysis: Analysis;

before(async () => {
  const { files } = await walkSources([join(__dirname, '../../media/sample-incident/cloudtrail-logs')]);
  analysis = analyze(await Promise.all(files.map((file) => parseFile(file))), emptyCase);
});

function sliceOf(rule: string, entity: string, maxNodes = 60): LineageSlice {
  const finding = analysis.findings.find((each) => each.rule === rule && each.title.includes(entity));
  const slice = buildSlice(analysis, { finding: finding?.id ?? '', maxNodes });
  assert.ok(slice);
  return slice;
}

describe('the slice around a finding', () => {
  it('case 1: key, first hop, orange, red, then the user, its key and the session that uses it', () => {
    const slice = sliceOf('chain-then-persistence', 'bob');
    const title = (id: string): string => slice.nodes.find((node) => node.id === id)?.title ?? id;
    const tones = new Map(slice.nodes.map((node) => [`${node.title}/${node.kind}`, node.tone]));
    assert.deepEqual(
      [
        'ci-legacy-deploy/long-term-key',
        'deploy-staging/role',
        'deploy-production/role',
        'bob/user',
        'bob/long-term-key',
      ].map((key) => tones.get(key)),
      ['root', 'ok', 'orange', 'object', 'red'],
    );
    const edges = slice.edges.map(({ from, to, kind }) => `${title(from)} ${kind} ${title(to)}`);
    for (const edge of [
      'ci-legacy-deploy assumed deploy-staging',
      'deploy-staging assumed deploy-production',
      'deploy-production assumed platform-admin',
      'platform-admin created bob',
      'bob created AKIA2FMTT7JPXFATIXWT',
      'AKIA2FMTT7JPXFATIXWT used-key bob',
      'ci-legacy-deploy attempted platform-admin',
    ]) {
      assert.ok(edges.includes(edge), `${edge} in\n${edges.join('\n')}`);
    }
    const focus = slice.nodes.filter((node) => node.focus);
    assert.deepEqual(
      focus.map(({ title: name, tone }) => [name, tone]),
      [['platform-admin', 'red']],
    );
    assert.equal(slice.omitted, 0);
    assert.ok(slice.edges.every(({ explanation, evidence }) => explanation !== '' && evidence.length > 0));
  });

  it('case 2: the instance at the root brings its context', () => {
    const slice = sliceOf('ec2-credential-chain', 'i-0b7e4c1f9a2d35e68');
    const root = slice.nodes.find(({ tone }) => tone === 'root');
    const facts = new Map(root?.facts.map(({ label, value }) => [label, value]));
    assert.equal(facts.get('AMI'), 'ami-0c1f5d7e9a3b42860');
    assert.match(
      facts.get('Launched') ?? '',
      /by arn:aws:sts::111122223333:assumed-role\/AWSReservedSSO_PlatformEngineer/,
    );
  });

  it('case 3: the strange address is marked, the known one is not', () => {
    const slice = sliceOf('ec2-credential-off-instance', 'i-0d19c5a8e3f40b672');
    const marks = new Map(slice.nodes[0]?.locations.map(({ location, suspicious }) => [location, suspicious]));
    assert.deepEqual([marks.get('8.8.8.8'), marks.get('2.2.2.2')], [true, false]);
  });
});
