/** Cases of `active-after-containment`: domain facts, section 2.24. */
import { byIam } from './containment-by-iam';
import { elsewhere } from './containment-elsewhere';
import type { RuleCase } from './rule-case';

export const cases: readonly RuleCase[] = [...byIam, ...elsewhere];
