/** Chains longer than any, for `workOf`. */
import { analyze, toReport } from '../../../../src/engine/analysis';
import { emptyCase } from '../../../../src/engine/case-settings';
import { buildSlice } from '../../../../src/engine/report/build-slice';
import { renderReport, reportFormats } from '../../../../src/engine/report/render-report';
import { answerWho } from '../../../../src/engine/report/who';
import type { Task } from '../../support/count-work';
import { fileOf } from '../support/files';
import { longChain } from './long-chain';

export const chainAnalyzed: Task = (hops) => {
  const file = fileOf('logs.json', longChain(hops, hops).world.records);
  return () => toReport(analyze([file], emptyCase));
};

export const chainReported: Task = (hops) => {
  const { world, last } = longChain(hops, hops);
  const analysis = analyze([fileOf('logs.json', world.records)], emptyCase);
  return () => [...reportFormats.map((format) => renderReport(analysis, format)), answerWho(analysis.model, last.key)];
};

export const chainDrawn: Task = (hops) => {
  const analysis = analyze([fileOf('logs.json', longChain(hops, 7).world.records)], emptyCase);
  const [finding] = analysis.findings;
  if (finding === undefined) throw new Error('The chain is no finding');
  return () => buildSlice(analysis, { finding: finding.id, maxNodes: 40 });
};
