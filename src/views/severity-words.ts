/** How severity and depth look and read in VS Code: an icon, a colour and always a word. */
import type { Severity } from '../engine/contract';

/** Our own: the orange of charts is see-through in the default themes. */
export const ORANGE = 'cloudtrailLineage.possiblyAnomalous';

export interface Sign {
  /** Name of a codicon. */
  readonly icon: string;
  /** Id of a theme colour; the icon's own when absent. */
  readonly color?: string;
}

const SEVERITY_SIGNS: Readonly<Record<Severity, Sign>> = {
  critical: { icon: 'flame', color: 'charts.red' },
  high: { icon: 'error', color: 'charts.red' },
  medium: { icon: 'warning', color: ORANGE },
  low: { icon: 'info', color: 'charts.yellow' },
  info: { icon: 'circle-outline', color: 'charts.blue' },
};

export function severitySign(severity: Severity): Sign {
  return SEVERITY_SIGNS[severity];
}

/** What the editor marks: an error, a warning, a note. */
export type Mark = 'error' | 'warning' | 'information';

export function severityMark(severity: Severity): Mark {
  switch (severity) {
    case 'critical':
    case 'high':
      return 'error';
    case 'medium':
      return 'warning';
    case 'low':
    case 'info':
      return 'information';
  }
}

/** The second assumption is orange, the third and later ones red; the words are those of the lineage panel. */
export function depthWords(depth: number): string | undefined {
  if (depth < 2) return undefined;
  return depth === 2 ? 'possibly anomalous' : 'most likely anomalous';
}

export function depthColor(depth: number): string | undefined {
  if (depth < 2) return undefined;
  return depth === 2 ? ORANGE : 'charts.red';
}
