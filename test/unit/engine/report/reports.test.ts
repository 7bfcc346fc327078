/** The five formats: that they tell the story, that logs cannot write in them, that equal logs give equal bytes. */
import assert from 'node:assert/strict';
import { analyze, toReport, type Analysis } from '../../../../src/engine/analysis';
import { emptyCase } from '../../../../src/engine/case-settings';
import { FileScanner } from '../../../../src/engine/cloudtrail/scanner';
import { plainText } from '../../../../src/engine/report/plain-text';
import { renderReport, reportFormats } from '../../../../src/engine/report/render-report';
import { actions } from '../../../../scripts/sample/records';
import { fileOf } from '../support/files';
import { World } from '../support/world';
import { bobsKey, incident } from './incident';

const esc = '\u001b';
/** What an attacker would write: escape sequences, a fake line, hidden and turning marks, markup, addresses, formulas. */
const hostile: readonly string[] = [
  `${esc}[2J${esc}]0;title\u0007\u009b31m\u0085x`,
  'a\r\nHIGH  fake  line\nHIGH  fake  line',
  'a\u202egnp.\u200b\u2066b\ufeff\u{e0041}',
  '<img src=x onerror=alert(1)> &lt; <!-- x',
  '[x](https://evil.example) ![i](http://e.example/p)',
  '|cell| cell | `code` ``two`` | x',
  '# *b* _i_ ~s~ 1. x',
  '- [ ] item\n# heading\n> quote\n1. one',
  'www.evil.example a@b.example https://evil.example',
  '=HYPERLINK("http://e.example")',
];

/** As the name of each session of the chain, and as its user agent. */
function hostileAnalysis(text: string): Analysis {
  return incident({ userAgent: text, sessionName: text }).analysis();
}

/** Everything but line feeds that moves a cursor, hides, or turns the direction of reading. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const unseenIn = (text: string): readonly string[] => (text.match(unseen) ?? []).filter((each) => each !== '\n');
// eslint-disable-next-line no-control-regex -- the writer's own colours
const sgr = /\u001b\[[0-9;]*m/g;

/** Cells of RFC 4180. */
function cellsOf(csv: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    if (end === '\r\n') {
      rows.push([]);
    }
  }
  return rows.filter((row) => row.length > 1);
}

describe('the text report', () => {
  let text: string;
  before(() => {
    text = renderReport(incident().analysis(), 'text', { sources: ['logs', "it's here"] });
  });

  it('tells a chain hop by hop, its colours in words, to the key that was left behind', () => {
    const story = [
      'READ   ',
      'INCIDENT 1 of 1  CRITICAL',
      'user alice  [start of the lineage]',
      'role R1  [first assumption, depth 1]',
      'role R2  [ORANGE possibly anomalous, depth 2]',
      'role R3  [RED most likely anomalous, depth 3]',
      'user bob  [left behind]',
      `access key ${bobsKey}  [left behind]`,
      'user bob  [RED key left behind, in use]',
      'CRITICAL  chain-then-persistence',
      'HIGH  role-chain-depth',
    ];
    let at = 0;
    for (const part of story) {
      const found = text.indexOf(part, at);
      assert.ok(found >= 0, `${part} is missing after position ${String(at)} of\n${text}`);
      at = found;
    }
  });

  it('ends a finding with the command to run next, quoted for a shell', () => {
    assert.match(
      text,
      /cloudtrail-lineage remediate 'it'\\''s here' logs --finding chain-then-persistence-[0-9a-f]{16} --out remediation\/incident-[0-9a-f]{16}/,
    );
  });

  it('says what was not read and not judged, and that nothing found is no more than that', () => {
    const skipped = new FileScanner('notes.txt');
    skipped.push(new TextEncoder().encode('hello'));
    const world = new World('quiet');
    const quiet = world.does(0, world.alice, actions.listBuckets);
    const empty = renderReport(analyze([fileOf('logs.json', quiet.records), skipped.finish()], emptyCase), 'text');
    assert.match(empty, /FOUND {2}No findings in what was read/);
    assert.match(empty, /SKIPPED {2}notes\.txt: \S/);
    assert.match(empty, /NOTE {5}\S/);
  });

  it('names what the case file suppresses, and why', () => {
    const suppressed = renderReport(
      incident().analysis({ suppressions: [{ rule: 'role-chain-depth', reason: 'a drill of ours' }] }),
      'text',
    );
    assert.match(suppressed, /SUPPRESSED {2}1 finding.*\n.*HIGH.*a drill of ours/);
    assert.doesNotMatch(suppressed, /^ {2}HIGH {2}role-chain-depth/m);
  });

  it('has colours only when asked for, and says the same without', () => {
    const coloured = renderReport(incident().analysis(), 'text', { colour: true });
    assert.ok((coloured.match(sgr) ?? []).length > 20);
    assert.equal(coloured.replace(sgr, ''), renderReport(incident().analysis(), 'text'));
  });
});

describe('texts from logs in a report', () => {
  for (const text of hostile) {
    // The title goes to a terminal, too.
    describe(encodeURI(text), () => {
      let analysis: Analysis;
      let markdown: string;
      before(() => {
        analysis = hostileAnalysis(text);
        markdown = renderReport(analysis, 'markdown');
      });
      const visible = plainText(text).slice(0, 3);

      it('is there', () => {
        assert.ok(JSON.stringify(toReport(analysis)).includes(JSON.stringify(text).slice(1, -1)));
        for (const format of ['text', 'csv', 'markdown'] as const) {
          assert.ok(renderReport(analysis, format).replaceAll('\\', '').includes(visible), format);
        }
      });

      it('cannot steer a terminal', () => {
        assert.deepEqual(unseenIn(renderReport(analysis, 'text')), []);
        assert.deepEqual(unseenIn(renderReport(analysis, 'text', { colour: true }).replace(sgr, '')), []);
        for (const format of ['json', 'sarif', 'markdown'] as const) {
          assert.deepEqual(unseenIn(renderReport(analysis, format)), [], format);
        }
      });

      it('cannot begin a line of its own', () => {
        assert.doesNotMatch(renderReport(analysis, 'text'), /^\W*(HIGH {2}fake|heading|one)/m);
        assert.doesNotMatch(markdown, /^\W*(HIGH {2}fake|heading|one)/m);
      });

      it('is neither markup nor a link in Markdown', () => {
        const outsideCode = markdown
          .split('\n')
          .map((line) => line.replace(/(?<![\\`])(`+)(?!`).*?[^`]\1(?!`)/g, ''))
          .join('\n');
        assert.doesNotMatch(outsideCode, /(?<!\\)[<[\]]/, 'an unescaped < or [');
        assert.doesNotMatch(outsideCode, /(?<!\\):\/\/|www\.|(?<!\\)@/, 'a bare address');
        assert.doesNotMatch(outsideCode, /(?<!\\)&/, 'an entity');
      });

      it('cannot add a cell to a table of Markdown', () => {
        const lines = markdown.split('\n');
        const columns = (line: string): number => (line.match(/(?<!\\)\|/g) ?? []).length;
        lines.forEach((line, at) => {
          if (line.startsWith('| ---')) {
            assert.equal(columns(lines[at - 1] ?? ''), columns(line));
            for (let row = at + 1; (lines[row] ?? '').startsWith('|'); row++) {
              assert.equal(columns(lines[row] ?? ''), columns(line), lines[row]);
            }
          }
        });
      });

      it('is no formula in a spreadsheet, and stays in its cell', () => {
        const findings = analysis.findings.map((finding) => ({ ...finding, title: text }));
        const rows = cellsOf(renderReport({ ...analysis, findings }, 'csv'));
        const [header] = rows;
        assert.ok(header !== undefined && rows.length > findings.length);
        for (const row of rows) {
          assert.equal(row.length, header.length);
          row.forEach((cell) => {
            assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
            assert.deepEqual(unseenIn(cell), []);
          });
        }
      });

      it('comes back from JSON as it was', () => {
        assert.deepEqual(JSON.parse(renderReport(analysis, 'json')), JSON.parse(JSON.stringify(toReport(analysis))));
      });
    });
  }

  it('of file names stay code, in one cell of a table', () => {
    const path = 'a|b `c` ``d.json';
    const markdown = renderReport(analyze([fileOf(path, incident().records)], emptyCase), 'markdown', {
      sources: ['a|b'],
    });
    const row = markdown.split('\n').find((line) => line.startsWith('| 20')) ?? '';
    assert.ok(row.includes('in ```a\\|b `c` ``d.json```'), row);
    assert.equal((row.match(/(?<!\\)\|/g) ?? []).length, 5);
    assert.match(markdown, /^Next: `cloudtrail-lineage remediate 'a\|b' --finding /m);
  });

  it('begin no formula at the start of a cell', () => {
    const analysis = incident().analysis();
    for (const start of ['=', '+', '-', '@']) {
      const findings = analysis.findings.map((finding) => ({ ...finding, title: `${start}1+1` }));
      assert.ok(renderReport({ ...analysis, findings }, 'csv').includes(`,'${start}1+1,`), start);
    }
  });
});

describe('text made plain', () => {
  it('shows that something was taken out, and nothing else changes', () => {
    assert.equal(plainText('a\u001b[31mb\u202ec'), 'a\ufffd[31mb\ufffdc');
    assert.equal(plainText('zoë ☂ 日本 👍'), 'zoë ☂ 日本 👍');
    assert.equal(plainText('\ud800x'), '\ufffdx');
  });

  it('is cut with a sign, never in the middle of a character', () => {
    const cut = plainText('👍'.repeat(10), 6);
    assert.ok(cut.endsWith('…') && cut.length <= 6);
    assert.doesNotMatch(cut, /[\ud800-\udbff](?![\udc00-\udfff])/);
  });
});

describe('the same logs', () => {
  it('give the same bytes in every format, whatever the order of files', () => {
    const { records } = incident();
    const half = records.length >> 1;
    const a = fileOf('a.json', records.slice(0, half));
    const b = fileOf('b.json', records.slice(half));
    for (const format of reportFormats) {
      assert.equal(
        renderReport(analyze([b, a], emptyCase), format),
        renderReport(analyze([a, b], emptyCase), format),
        format,
      );
    }
  });
});
