/**
 * Fourteen ordinary days of the company, without an attack: every record is benign, and a tool should stay quiet on it.
 *
 * Guarantee: a function of its seed alone; each theme has a stream of chance of its own.
 */
import { iamUser, longTermKey, type CloudTrailRecord } from '../../../scripts/sample/records';
import { Book, Diary } from '../company/diary';
import { users } from '../company/estate';
import { consoles } from './consoles';
import { credentials } from './credentials';
import { instances } from './fleet';
import { governance } from './governance';
import { housekeeping } from './housekeeping';
import { instanceRoles } from './instance-roles';
import type { Fleet } from './machines';
import { peopleAtWork } from './people';
import { pipelines } from './pipelines';
import { platformTeam } from './platform';
import { securityTeam } from './security-team';
import { services } from './services';
import { trouble } from './trouble';
import { vendors } from './vendors';
import { workloads } from './workloads';

export interface OrdinaryLife {
  readonly seed: string;
  readonly records: readonly CloudTrailRecord[];
  /** Records by theme, to see what the company is made of. */
  readonly themes: ReadonlyMap<string, number>;
  readonly book: Book;
  readonly fleet: Fleet;
}

export function ordinaryLife(seed = 'population'): OrdinaryLife {
  const book = new Book();
  const records: CloudTrailRecord[] = [];
  const themes = new Map<string, number>();
  const theme = <T>(name: string, write: (diary: Diary) => T): T => {
    const diary = new Diary(name, seed, book);
    const result = write(diary);
    for (const record of diary.records) records.push(record);
    themes.set(name, diary.records.length);
    return result;
  };
  const fleet = theme('fleet', instances);
  theme('instance roles', (diary) => {
    instanceRoles(diary, fleet);
  });
  theme('workloads', (diary) => {
    workloads(diary, fleet);
  });
  theme('people', peopleAtWork);
  theme('consoles', consoles);
  theme('platform team', platformTeam);
  theme('pipelines', (diary) => {
    pipelines(diary, iamUser(users.buildServer, longTermKey('build-server')));
  });
  theme('governance', governance);
  theme('credentials', credentials);
  theme('housekeeping', housekeeping);
  theme('vendors', vendors);
  theme('security team', securityTeam);
  theme('services', services);
  theme('trouble', trouble);
  return { seed, records, themes, book, fleet };
}
