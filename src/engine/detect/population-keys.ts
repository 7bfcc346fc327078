/** How callers, their roles and what they show are named where logs and a baseline are put together. */

export const traitKinds = ['client', 'country', 'network'] as const;
export type TraitKind = (typeof traitKinds)[number];

export function edgeKey(callerKey: string, roleArn: string): string {
  return `${callerKey}\n${roleArn}`;
}

export function traitKey(caller: string, { kind, name }: { readonly kind: TraitKind; readonly name: string }): string {
  return `${caller}\n${kind}\n${name}`;
}
