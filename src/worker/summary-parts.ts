/**
 * A summary in parts: thousands of findings in one message keep the event loop that receives them busy for a tenth of a
 * second and longer.
 *
 * Guarantee: the parts of a summary, asked for one after the other and put together, are the summary.
 */
import type { AnalysisSummary, SummaryPart } from './protocol';

/** Entries in a part. A finding with all its evidence is some 10 kB, read in well under 0.1 ms; the others are smaller. */
const size = { findings: 64, incidents: 256, files: 1024 };

/** What is sent first: everything that has no length to speak of. */
export function headOf(summary: AnalysisSummary, id: number): AnalysisSummary {
  const { coverage, findings, incidents } = summary;
  const count = Math.max(
    Math.ceil(findings.length / size.findings),
    Math.ceil(incidents.length / size.incidents),
    Math.ceil(coverage.files.length / size.files),
  );
  return { ...summary, coverage: { ...coverage, files: [] }, findings: [], incidents: [], parts: { id, count } };
}

export function partOf({ coverage, findings, incidents }: AnalysisSummary, index: number): SummaryPart {
  const slice = <T>(list: readonly T[], length: number): readonly T[] =>
    list.slice(index * length, (index + 1) * length);
  return {
    findings: slice(findings, size.findings),
    incidents: slice(incidents, size.incidents),
    files: slice(coverage.files, size.files),
  };
}

/** Asks for one part at a time: between two of them everything else has its turn. Undefined once there is no such analysis. */
export async function wholeSummary(
  head: AnalysisSummary,
  partAt: (id: number, index: number) => Promise<SummaryPart | null>,
): Promise<AnalysisSummary | undefined> {
  const { parts, ...rest } = head;
  if (parts === undefined) {
    return head;
  }
  const all: SummaryPart[] = [];
  for (let index = 0; index < parts.count; index++) {
    const part = await partAt(parts.id, index);
    if (part === null) {
      return undefined;
    }
    all.push(part);
  }
  return {
    ...rest,
    coverage: { ...rest.coverage, files: all.flatMap(({ files }) => files) },
    findings: all.flatMap(({ findings }) => findings),
    incidents: all.flatMap(({ incidents }) => incidents),
  };
}
