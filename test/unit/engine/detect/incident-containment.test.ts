/** What an incident says of its containment, from the logs alone; and that later logs change it. */
import assert from 'node:assert/strict';
import { actions } from '../../../../scripts/sample/records';
import type { Containment, Incident } from '../../../../src/engine/contract';
import { planFor } from '../../../../src/engine/remediate/plan';
import { renderReport } from '../../../../src/engine/report/render-report';
import { cafe, denyAll, iso, reads, refusals, responder, soc, steps } from '../../../corpus/rules/responses';
import { account, alicesKey, hour, instanceId, minute, R1, R2, R3, World } from '../support/world';
import { user } from '../../../../scripts/sample/records';

type Then = (world: World, sessions: { r1: ReturnType<World['assumes']>; r2: ReturnType<World['assumes']> }) => unknown;

/** alice's key assumes R1, that R2, that R3: a chain of three, red. */
function attack(name: string, then: Then = () => undefined, end = 12 * hour): World {
  const world = new World(name);
  const r1 = world.assumes(0, world.alice, R1, cafe);
  const r2 = world.assumes(minute, r1, R2, cafe);
  const r3 = world.assumes(2 * minute, r2, R3, cafe);
  world.does(3 * minute, r3, actions.listBuckets, cafe);
  then(world, { r1, r2 });
  return world.does(end, responder, actions.listBuckets, soc);
}

function only(world: World): Incident {
  const { incidents } = world.analysis();
  const [incident] = incidents;
  assert.ok(incident !== undefined && incidents.length === 1, incidents.map(({ title }) => title).join(' | '));
  return incident;
}

function contained(world: World): Containment {
  const { containment } = only(world);
  assert.ok(containment !== undefined);
  return containment;
}

describe('the containment of an incident', () => {
  it('is not there where no step concerns its lineage', () => {
    assert.equal(only(attack('none')).containment, undefined);
    const elsewhere = attack('elsewhere', (world) =>
      world.does(hour, responder, steps.deactivate('AKIAOTHEROTHEROTHER2'), soc),
    );
    assert.equal(only(elsewhere).containment, undefined);
  });

  it('holds where nothing was called since, also without a finding about it', () => {
    const world = attack('quiet', (it) => it.does(hour, responder, steps.deactivate(alicesKey), soc));
    assert.deepEqual(contained(world), {
      state: 'holds',
      text: `Access key ${alicesKey} of user alice set inactive at ${iso(hour)}: nothing succeeded since, no call of it since.`,
      events: [
        {
          eventID: (
            world.records.find((record) => JSON.stringify(record).includes('UpdateAccessKey')) as { eventID: string }
          ).eventID,
          eventTime: iso(hour),
          eventName: 'UpdateAccessKey',
          what: `access key ${alicesKey} of user alice set inactive`,
        },
      ],
      eventsTotal: 1,
      successes: 0,
      refused: 0,
    });
    assert.deepEqual(world.findings('active-after-containment'), []);
  });

  it('holds where calls were only refused since', () => {
    const { state, text, refused } = contained(
      attack('refused', (world, { r1 }) => {
        world.does(hour, responder, steps.denyRole(R1), soc);
        refusals(world, hour + 2 * minute, r1, 4);
      }),
    );
    assert.deepEqual([state, refused], ['holds', 4]);
    assert.match(text, /: nothing succeeded since, 4 calls refused\.$/);
  });

  it('did not hold where sessions went on, with the first call that succeeded', () => {
    const { state, text, successes, firstSuccess, lastSuccessTime } = contained(
      attack('went-on', (world, { r1, r2 }) => {
        world.does(hour, responder, steps.deactivate(alicesKey), soc);
        reads(world, hour + 2 * minute, r1, 2);
        reads(world, hour + 3 * minute, r2, 5);
      }),
    );
    assert.deepEqual([state, successes, lastSuccessTime], ['not-held', 7, iso(hour + 7 * minute)]);
    assert.deepEqual([firstSuccess?.eventTime, firstSuccess?.eventName], [iso(hour + 2 * minute), 'ListBuckets']);
    assert.match(firstSuccess?.session ?? '', /:session\|/);
    assert.equal(
      text,
      `Access key ${alicesKey} of user alice set inactive at ${iso(hour)}; 2 sessions went on: 7 successful calls, the first ListBuckets at ${iso(hour + 2 * minute)}, the last at ${iso(hour + 7 * minute)}.`,
    );
  });

  it('holds once a later step stopped what went on, and tells both', () => {
    const { state, text } = contained(
      attack('second-step', (world, { r1 }) => {
        world.does(hour, responder, steps.deactivate(alicesKey), soc);
        reads(world, hour + 2 * minute, r1, 5);
        world.does(2 * hour, responder, steps.denyRole(R1), soc);
        refusals(world, 2 * hour + 2 * minute, r1, 2);
      }),
    );
    assert.equal(state, 'holds');
    assert.match(
      text,
      /set inactive at .*, then everything denied to role R1 .*: nothing succeeded since, 2 calls refused; before the last of them 1 session went on: 5 successful calls/,
    );
  });

  it('is partial where sessions of the lineage that no step is about go on', () => {
    const { state, text } = contained(
      attack('leaf-only', (world, { r2 }) => {
        world.does(hour, responder, steps.denyRole(R3), soc);
        reads(world, hour + 2 * minute, r2, 3);
      }),
    );
    assert.equal(state, 'partial');
    assert.match(text, /1 other session of the lineage, which nothing holds, went on: 3 successful calls until /);
  });

  it('is partial under AWS’s quarantine, which denies some actions only', () => {
    const { state } = contained(
      attack('quarantine', (world, { r1 }) => {
        world.does(
          hour,
          responder,
          steps.attachUser(user(account, 'alice'), 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3'),
          soc,
        );
        reads(world, hour + 2 * minute, r1, 3);
      }),
    );
    assert.equal(state, 'partial');
  });

  it('was reverted where the lineage took it off, until a later step answers that', () => {
    const reverted: Then = (world, { r1 }) => {
      world.does(hour, responder, steps.attachRole(R1, denyAll), soc);
      world.does(hour + 4, r1, steps.detachRole(R1, denyAll), cafe);
      reads(world, hour + 5 * minute, r1, 2);
    };
    const { state, text } = contained(attack('reverted', reverted));
    assert.equal(state, 'reverted');
    assert.match(text, /Against it: policy AWSDenyAll detached from role R1 at .* by session session of role R1\./);
    const answered = contained(
      attack('answered', (world, sessions) => {
        reverted(world, sessions);
        world.does(2 * hour, responder, steps.denyRole(R1), soc);
        refusals(world, 2 * hour + 2 * minute, sessions.r1, 2);
      }),
    );
    assert.equal(answered.state, 'holds');
    assert.equal(answered.eventsTotal, 2);
  });

  it('is too early to tell where the logs end with the step', () => {
    const world = attack('early', (it) => it.does(hour, responder, steps.deactivate(alicesKey), soc), hour + 30);
    assert.equal(contained(world).state, 'too-early');
  });

  it('is over where responders took it off again later', () => {
    const { state, text } = contained(
      attack('lifted', (world, { r1 }) => {
        world.does(hour, responder, steps.denyRole(R1), soc);
        world.does(5 * hour, responder, steps.undenyRole(R1), soc);
        reads(world, 6 * hour, r1, 2);
      }),
    );
    assert.equal(state, 'lifted');
    assert.match(
      text,
      /nothing succeeded while it was on\. 1 session of the lineage, which nothing holds, went on: 2 successful calls/,
    );
    assert.match(text, /Taken off again by others: policy IncidentDenyAll-20250512-ab12 deleted from role R1 at /);
  });

  it('is that of all sessions of an instance, whose credentials rotate', () => {
    const world = new World('instance');
    const first = world.launches(0).delivers(minute).v2;
    world.chain(2 * minute, first, [R1, R2, R3]);
    const next = world.delivers(5 * hour).v2;
    world.does(6 * hour, responder, steps.terminate(instanceId), soc);
    reads(world, 7 * hour, next, 2);
    const incident = world.analysis().incidents.find(({ findings }) => findings.length > 1);
    assert.equal(incident?.containment?.state, 'not-held');
  });

  it('is told by reports, the JSON and the verify step of the plan', () => {
    const analysis = attack('told', (world, { r1 }) => {
      world.does(hour, responder, steps.deactivate(alicesKey), soc);
      reads(world, hour + 2 * minute, r1, 2);
    }).analysis();
    const [incident] = analysis.incidents;
    const text = renderReport(analysis, 'text').replace(/\s+/g, ' ');
    assert.match(
      text,
      /Containment did not hold\. Access key \w+ of user alice set inactive at .*; 1 session went on: 2 successful calls/,
    );
    const markdown = renderReport(analysis, 'markdown');
    assert.match(markdown, /\*\*Containment:\*\* did not hold\\?\. Access key/);
    assert.match(markdown, /\| 2025-05-12T09:00:00Z \| access key \w+ of user alice set inactive \| `[0-9a-f-]+` \|/);
    const json = JSON.parse(renderReport(analysis, 'json')) as { readonly incidents: readonly Incident[] };
    assert.deepEqual(json.incidents[0]?.containment, incident?.containment);
    const plan = planFor(analysis, incident?.findings[0] ?? '');
    const runbook = plan?.files.find(({ path }) => path === 'runbook.md')?.content ?? '';
    assert.match(runbook, /The logs that were analysed show containment already: did not hold/);
    const quiet = attack('untold').analysis();
    assert.match(renderReport(quiet, 'text').replace(/\s+/g, ' '), /Containment no step seen in these logs/);
    const plain = planFor(quiet, quiet.findings[0]?.id ?? '');
    assert.doesNotMatch(
      plain?.files.find(({ path }) => path === 'runbook.md')?.content ?? '',
      /show containment already/,
    );
  });

  it('has an incident of its own for a quarantined user who did nothing in these logs', () => {
    const world = new World('silent').does(
      hour,
      responder,
      steps.attachUser(user(account, 'carol'), 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3'),
      soc,
    );
    const { root, sessions, title } = only(world);
    assert.deepEqual([root, sessions], ['', []]);
    assert.equal(title, 'AWS quarantined user carol: a key of it was found in public');
    for (const format of ['text', 'markdown', 'json', 'sarif', 'csv'] as const) {
      assert.match(renderReport(world.analysis(), format), /quarantined user carol/);
    }
    assert.ok(planFor(world.analysis(), world.only('aws-quarantine-signal').id) !== undefined);
  });
});
