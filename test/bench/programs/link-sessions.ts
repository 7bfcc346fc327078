/**
 * Links a lineage of many sessions under one key and looks one up; tells the time of each step, in seconds, as JSON.
 *
 *   node --import tsx test/bench/programs/link-sessions.ts SESSIONS
 */
import { emptyCase } from '../../../src/engine/case-settings';
import { buildModel } from '../../../src/engine/lineage/build-model';
import { answerWho } from '../../../src/engine/report/who';
import { manySessions, recordsOf, rootKey } from '../many-sessions';

function took<T>(step: () => T): [T, number] {
  const begin = performance.now();
  const result = step();
  return [result, (performance.now() - begin) / 1000];
}

const sessions = Number(process.argv[2]);
const [file, scan] = took(() => manySessions(sessions));
const [model, link] = took(() => buildModel([file], emptyCase));
const [answer, who] = took(() => answerWho(model, rootKey));
const [first] = answer.sessions;
const root = first === undefined ? undefined : model.sessions[first];
if (model.events.count !== recordsOf(sessions) || root?.children.length !== sessions) {
  throw new Error(`${String(model.events.count)} events, ${String(root?.children.length)} sessions under the root`);
}
process.stdout.write(JSON.stringify({ scan, link, who }));
