/** What `who` prints: the answer, the lineages that it leads to, and the blast radius of their roots when asked for. */
import { renderBlastRadius } from '../engine/report/render-blast-radius';
import { jsonText } from '../engine/report/render-json';
import { renderWho } from '../engine/report/render-who';
import type { LineageSlice } from '../engine/report/slice';
import type { AnalysisClient } from '../worker/client';
import type { BlastRadius, WhoAnswer } from '../worker/protocol';
import type { WhoCommand } from './arguments';
import { clearLine, type Io } from './io';

/** Lineages that are drawn; a name with more is too common to be read as drawings. */
const mostDrawn = 8;
const mostNodes = 60;
const mostRadii = 3;

export async function tellWho(client: AnalysisClient, command: WhoCommand, io: Io): Promise<void> {
  const answer = await client.who({}, command.query);
  const roots = [...new Set(answer.sessions.map(({ root }) => root))];
  const radii = command.blastRadius ? await blastRadii(client, roots.slice(0, mostRadii), io) : [];
  if (command.format === 'json') {
    await io.out(jsonText(whoJson(answer, roots.length, command.blastRadius ? radii : undefined)));
    return;
  }
  const colour = { colour: io.outHasColour };
  const pages = radii.map((radius) => `\n${renderBlastRadius(radius, 'text', colour)}`);
  const left = roots.length - radii.length;
  await io.out(
    [
      renderWho({ ...answer, slices: await slicesOf(client, answer) }, colour),
      ...pages,
      ...(command.blastRadius && left > 0
        ? [
            `\nBlast radius of ${String(radii.length)} of ${String(roots.length)} lineages; ask for one session to see another.\n`,
          ]
        : []),
    ].join(''),
  );
}

/** As media/schemas/who-1.json describes it. */
function whoJson(answer: WhoAnswer, lineages: number, blastRadius: readonly BlastRadius[] | undefined): object {
  return { schemaVersion: 1, ...answer, lineages, ...(blastRadius === undefined ? {} : { blastRadius }) };
}

async function slicesOf(client: AnalysisClient, { sessions }: WhoAnswer): Promise<LineageSlice[]> {
  const slices: LineageSlice[] = [];
  const drawn = new Set<string>();
  for (const { id } of sessions) {
    const slice =
      drawn.has(id) || slices.length >= mostDrawn
        ? null
        : await client.lineage({}, { session: id, maxNodes: mostNodes });
    if (slice !== null) {
      slices.push(slice);
      slice.nodes.forEach((node) => drawn.add(node.id));
    }
  }
  return slices;
}

async function blastRadii(client: AnalysisClient, roots: readonly string[], io: Io): Promise<BlastRadius[]> {
  const radii: BlastRadius[] = [];
  for (const root of roots) {
    const radius = await client.blastRadius(
      io.errIsTerminal
        ? {
            onProgress: ({ filesDone, files, events }) => {
              io.err(
                `${clearLine}Reading again: ${String(filesDone)} of ${String(files)} files, ${String(events)} records`,
              );
            },
          }
        : {},
      root,
    );
    if (io.errIsTerminal) {
      io.err(clearLine);
    }
    if (radius !== null) {
      radii.push(radius);
    }
  }
  return radii;
}
