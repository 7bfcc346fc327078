/**
 * Drafts of sessions by their ids.
 *
 * Guarantee: those of other cells that damaged data give the same id stand apart.
 */
import type { SessionDraft } from './drafts';

export class DraftsById {
  private readonly byId = new Map<string, SessionDraft>();
  /** By cell and id, where the id alone is another cell's. */
  private readonly apart = new Map<string, SessionDraft>();

  get(id: string, cell: number): SessionDraft | undefined {
    const known = this.byId.get(id);
    return known?.cell === cell ? known : this.apart.size === 0 ? undefined : this.apart.get(`${String(cell)} ${id}`);
  }

  add(draft: SessionDraft): void {
    if (this.byId.has(draft.id)) {
      this.apart.set(`${String(draft.cell)} ${draft.id}`, draft);
    } else {
      this.byId.set(draft.id, draft);
    }
  }

  delete({ id, cell }: SessionDraft): void {
    if (this.byId.get(id)?.cell === cell) {
      this.byId.delete(id);
    } else {
      this.apart.delete(`${String(cell)} ${id}`);
    }
  }

  *values(): Iterable<SessionDraft> {
    yield* this.byId.values();
    yield* this.apart.values();
  }
}
