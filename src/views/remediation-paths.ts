/**
 * Where generated files may go.
 *
 * Guarantee: pure; a path that is not below its base, in any spelling of any system, is refused.
 */

/** Segments that Windows reserves for devices, whatever their extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** The segments of a relative path of ours; an error for anything that could lead elsewhere. */
export function safeSegments(path: string): readonly string[] {
  const segments = path.split('/');
  const safe = segments.every(
    (segment) =>
      /^[A-Za-z0-9._-]+$/.test(segment) && !/^\.+$/.test(segment) && !segment.endsWith('.') && !DEVICE.test(segment),
  );
  if (!safe) throw new Error(`${JSON.stringify(path)} is not a path below the output folder`);
  return segments;
}

/** The output folder of the settings: relative to the workspace folder, `/` or `\`, spaces allowed; undefined when unsafe. */
export function outputSegments(setting: string): readonly string[] | undefined {
  const segments = setting
    .trim()
    .split(/[\\/]/)
    .filter((segment) => segment !== '' && segment !== '.');
  const safe =
    !/^[\\/]|^[A-Za-z]:/.test(setting.trim()) &&
    segments.every((segment) => segment !== '..' && !/[\p{Cc}<>:"|?*]/u.test(segment) && !DEVICE.test(segment));
  return safe ? segments : undefined;
}

/** `incident`, `incident-2`, `incident-3` …: the first that is free. */
export async function freeName(name: string, exists: (name: string) => Promise<boolean>): Promise<string> {
  for (let number = 2; ; number += 1) {
    const candidate = `${name}-${number}`;
    if (!(await exists(candidate))) return candidate;
  }
}

/** The file a person should see beside the runbook: the policy that stops most, soonest. */
export function mainPolicy(paths: readonly string[]): string | undefined {
  const policies = paths.filter((path) => path.endsWith('.json'));
  return policies.find((path) => /(^|\/)deny-all/.test(path)) ?? policies[0];
}
