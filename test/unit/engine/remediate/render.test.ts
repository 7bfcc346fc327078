/** The page and the PowerShell script: complete, and out of reach of text that attackers wrote. */
import assert from 'node:assert/strict';
import { phases } from '../../../../src/engine/remediate/index';
import { phaseTitles } from '../../../../src/engine/remediate/phase-text';
import { markdownText } from '../../../../src/engine/remediate/quote';
import { modelOf } from '../support/files';
import { chainPlan, fileText, INSTANCE, instanceRecords, planOf } from './fixture';

const hostileName = 'x`y`<b>[z](http://evil.example)\n# Injected\n```sh\nreboot';

function instancePlan(): ReturnType<typeof planOf> {
  const model = modelOf(instanceRecords().records);
  return planOf(model, model.sessions.find(({ instanceId }) => instanceId === INSTANCE) ?? assert.fail());
}

describe('runbook.md', () => {
  it('has every phase in order, and every remedy, step, command, check, undo and side effect', () => {
    for (const plan of [chainPlan().plan, instancePlan()]) {
      const text = fileText(plan, 'runbook.md');
      const present = phases.filter((phase) => plan.remediations.some((remediation) => remediation.phase === phase));
      assert.deepEqual(
        [...text.matchAll(/^## \d+\. (.*)$/gm)].map(([, title]) => title),
        present.map((phase) => phaseTitles[phase]),
      );
      for (const remediation of plan.remediations) {
        assert.ok(text.includes(`### ${markdownText(remediation.title)}\n`), remediation.title);
        for (const step of remediation.steps) {
          assert.ok(text.includes(`#### ${markdownText(step.title)}\n`), step.title);
          for (const { posix, powershell } of [...step.commands, ...step.check, ...step.undo]) {
            assert.ok(text.includes(`\n${posix}\n`) && text.includes(`\n${powershell}\n`), posix);
          }
          for (const each of [...step.breaks, ...step.console, ...step.notes]) {
            assert.ok(text.includes(`- ${markdownText(each)}\n`), each);
          }
        }
      }
    }
  });

  it('shows hostile names as text', () => {
    const { plan } = chainPlan({ user: hostileName, roles: ['R1', hostileName, 'R3'], created: hostileName });
    const text = fileText(plan, 'runbook.md');
    assert.doesNotMatch(text, /^# Injected/m);
    assert.doesNotMatch(text, /^reboot/m);
    assert.doesNotMatch(text, /(?<!\\)<b>/);
    assert.ok(!/(?<!\\)\]\(/.test(text), 'a link');
    // Fences are ours: as many opened as closed, and none inside a line.
    const fences = text.split('\n').filter((line) => line.startsWith('```'));
    assert.equal(fences.filter((line) => /^```(sh|powershell)$/.test(line)).length, fences.length / 2);
    assert.equal(fences.filter((line) => line === '```').length, fences.length / 2);
  });
});

describe('respond.ps1', () => {
  const word = String.raw`(?:'(?:[^']|'')*'|\(Get-Value '[A-Za-z_]+'\)|\('file://' \+ \(Join-Path \$Work '[A-Za-z0-9._-]+'\)\))`;
  const call = new RegExp(
    String.raw`^    (?:if \(.*\) \{ )?Invoke-Step (?:'[A-Za-z0-9._/-]*' ){4}@\(${word}(?:, ${word})*\)(?: \})?$`,
  );

  for (const [name, make] of [
    ['a chain', () => chainPlan().plan],
    ['an instance', instancePlan],
    ['hostile names', () => chainPlan({ roles: ['R1', hostileName, "'; reboot; '"], created: '\u2019; reboot' }).plan],
  ] as const) {
    it(`calls with verbatim strings only: ${name}`, () => {
      const lines = fileText(make(), 'respond.ps1').split('\n');
      const start = lines.indexOf('Write-Host "Time of applying: $T"');
      assert.ok(start > 0);
      const calls = lines.slice(start).filter((line) => /^\s+(if .*)?Invoke-Step /.test(line));
      assert.ok(calls.length > 5);
      for (const line of calls) {
        assert.match(line, call);
        assert.doesNotMatch(line, /["\u2018-\u201b]/, 'Windows PowerShell mangles double quotes');
      }
      for (const line of lines.slice(start).filter((each) => /reboot|Injected/.test(each))) {
        assert.match(line, /^\s*#/, 'hostile text outside a comment');
      }
    });
  }

  it('makes the same calls in the same order as respond.sh', () => {
    for (const plan of [chainPlan().plan, instancePlan()]) {
      const words = (text: string, marker: RegExp): string[] =>
        text
          .split('\n')
          .flatMap((line) => marker.exec(line)?.[1] ?? [])
          .map((line) =>
            [...line.matchAll(/'((?:[^'])*)'/g)]
              .map(([, each]) => each)
              .filter((each) => each !== 'file://')
              .join(' '),
          );
      const shell = words(fileText(plan, 'respond.sh'), /^ {4}(?:if .*; then )?run (.*?)(?:; fi)?$/);
      const power = words(fileText(plan, 'respond.ps1'), /^ {4}(?:if .* \{ )?Invoke-Step (.*?)(?: \})?$/);
      assert.ok(shell.length > 5);
      // Variables are written differently in the two: compare what is literal.
      assert.deepEqual(
        power.map((line) => line.replace(/ (SCP_ID|QUARANTINE_SG|ASSOCIATION_ID)\b(?= --target-id|$)/g, '')),
        shell,
      );
    }
  });
});
