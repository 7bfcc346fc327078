/**
 * When to judge what has been read while the rest is still to come, and how much of it.
 *
 * Guarantee: whoever waits for seconds sees first findings early; what that costs is at most a twenty-fifth of the time that
 * reading takes, nothing where reading is short, and it holds on to no more events than it may still judge.
 */
import type { FileResult } from '../engine/cloudtrail/columns';
import type { Progress } from './protocol';

/** Nobody is impatient before, ms. */
const firstAfter = 1000;
/** What is read faster than this shows its findings soon enough, ms. */
const worthIt = 2500;
/** Of the time that reading takes. */
const share = 0.04;
/** Linking and judging an event, ms: a guess on the high side until it has been measured. */
const costlyEvent = 0.01;
/** More of them tell little more at a glance. */
const mostEvents = 200_000;
/** Another look is worth it when it sees this many times what the last one saw. */
const growth = 2;

export class EarlyLooks {
  private arrived: FileResult[] = [];
  private kept = 0;
  private filesDone = 0;
  private bytesRead = 0;
  private events = 0;
  private perEvent = costlyEvent;
  private spent = 0;
  private seen = 0;

  /** Times are ms of any one clock. */
  constructor(
    private readonly files: number,
    private readonly started: number,
  ) {}

  add(result: FileResult): void {
    const events = eventsOf(result);
    this.filesDone++;
    this.bytesRead += result.bytes;
    this.events += events;
    if (this.kept + events <= mostEvents) {
      this.arrived.push(result);
      this.kept += events;
    }
  }

  /** Of everything that has arrived. */
  get progress(): Omit<Progress, 'stage'> {
    const { filesDone, files, bytesRead, events } = this;
    return { filesDone, files, bytesRead, events };
  }

  /** The files to judge now, those that came first; undefined when it is not the time. */
  due(now: number): readonly FileResult[] | undefined {
    const elapsed = now - this.started;
    const needed = Math.max(1, growth * this.seen);
    if (elapsed < firstAfter || this.filesDone >= this.files || this.kept < needed) {
      return undefined;
    }
    const whole = (elapsed * this.files) / this.filesDone;
    if (whole < worthIt) {
      return undefined;
    }
    const affordable = (whole * share - this.spent) / this.perEvent;
    const files: FileResult[] = [];
    let events = 0;
    for (const file of this.arrived) {
      if (events + eventsOf(file) > affordable) {
        break;
      }
      files.push(file);
      events += eventsOf(file);
    }
    return events < needed ? undefined : files;
  }

  /** The files that were due have been judged, which took `ms`. */
  judged(files: readonly FileResult[], ms: number): void {
    this.seen = files.reduce((sum, file) => sum + eventsOf(file), 0);
    this.spent += ms;
    this.perEvent = ms / this.seen;
    if (growth * this.seen > mostEvents) {
      this.arrived = [];
      this.kept = 0;
    }
  }
}

function eventsOf({ columns }: FileResult): number {
  return columns?.count ?? 0;
}
