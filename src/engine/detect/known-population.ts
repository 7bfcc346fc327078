/**
 * The baseline, indexed as the rules ask it; an empty one where none was given.
 *
 * Guarantee: worked out once a baseline.
 */
import type { Baseline, BaselineEdge, BaselineKind } from '../baseline';
import { parseInstant } from '../cloudtrail/time';
import { edgeKey, traitKey, traitKinds, type TraitKind } from './population-keys';

export class KnownPopulation {
  readonly callers = new Set<string>();
  /** Those that assumed a role. */
  readonly assumers = new Set<string>();
  /** By `edgeKey` of caller and role. */
  readonly edges = new Map<string, BaselineEdge>();
  readonly edgesTo = new Map<string, BaselineEdge[]>();
  readonly rolesOf = new Map<string, string[]>();
  readonly kindOf = new Map<string, string>();
  /** By identity and role: several callers may have one identity. */
  readonly common = new Map<string, BaselineEdge[]>();
  /** By `traitKey`. */
  readonly traits = new Set<string>();
  readonly traitCounts = new Map<string, { sessions: number; callers: number }>();
  readonly actionsOf = new Map<string, ReadonlySet<string>>();
  readonly kinds = new Map<string, BaselineKind>();
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly sessions: number;
  readonly assumptions: number;

  constructor(baseline: Baseline | undefined) {
    this.first = baseline === undefined ? undefined : parseInstant(baseline.firstEventTime);
    this.last = baseline === undefined ? undefined : parseInstant(baseline.lastEventTime);
    this.sessions = baseline?.sessions ?? 0;
    this.assumptions = baseline?.assumptions ?? 0;
    for (const caller of baseline?.callers ?? []) {
      this.callers.add(caller.key);
      this.kindOf.set(caller.key, caller.kind);
      const uses = { client: caller.clients, country: caller.countries, network: caller.networks };
      for (const kind of traitKinds) {
        for (const { name, sessions } of uses[kind]) {
          this.traits.add(traitKey(caller.key, { kind, name }));
          const count = this.countOf(kind, name);
          this.traitCounts.set(`${kind}\n${name}`, { sessions: count.sessions + sessions, callers: count.callers + 1 });
        }
      }
    }
    for (const edge of baseline?.edges ?? []) {
      this.assumers.add(edge.caller);
      this.edges.set(edgeKey(edge.caller, edge.role), edge);
      push(this.edgesTo, edge.role, edge);
      push(this.rolesOf, edge.caller, edge.role);
      push(this.common, edgeKey(edge.identity, edge.role), edge);
    }
    for (const { role, actions } of baseline?.roles ?? []) {
      this.actionsOf.set(role, new Set(actions));
    }
    for (const kind of baseline?.kinds ?? []) {
      this.kinds.set(kind.kind, kind);
    }
  }

  countOf(kind: TraitKind, name: string): { readonly sessions: number; readonly callers: number } {
    return this.traitCounts.get(`${kind}\n${name}`) ?? { sessions: 0, callers: 0 };
  }
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) {
    lists.set(key, [item]);
  } else {
    list.push(item);
  }
}

const nobody = new KnownPopulation(undefined);
const computed = new WeakMap<Baseline, KnownPopulation>();

export function knownPopulation(baseline: Baseline | undefined): KnownPopulation {
  if (baseline === undefined) {
    return nobody;
  }
  const known = computed.get(baseline) ?? new KnownPopulation(baseline);
  computed.set(baseline, known);
  return known;
}
