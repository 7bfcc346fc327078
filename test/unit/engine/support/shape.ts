import type { LineageModel } from '../../../../src/engine/lineage/model';

/** What must not change with the order or the partition of files: everything but positions. */
export function shape(model: LineageModel) {
  const idOf = (index: number | undefined): string | null =>
    index === undefined ? null : (model.sessions[index]?.id ?? '?');
  return model.sessions.map((session) => ({
    id: session.id,
    kind: session.kind,
    keys: session.keys,
    parent: idOf(session.parent),
    root: idOf(session.root),
    link: session.link,
    depth: session.depth,
    minimum: session.depthIsMinimum,
    events: session.rows.length,
    text: session.explanation.text,
  }));
}
