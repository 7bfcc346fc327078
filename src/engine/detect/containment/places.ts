/**
 * Where sessions are looked up by what is contained: a key, a user, a role, an instance, an account.
 *
 * Guarantee: a session stands in each of its places once; only places that are asked for are filled.
 */
import { append } from '../../append';
import { accountOf, roleNameOf } from '../../cloudtrail/record';
import { lastSegment } from '../../cloudtrail/text';
import type { LineageModel, Session } from '../../lineage/model';
import { durableArn } from '../../remediate/scope';

export const keyPlace = (key: string): string => `key|${key}`;
export const userPlace = (account: string, name: string): string => `user|${account}|${name}`;
export const rolePlace = (account: string, name: string): string => `role|${account}|${name}`;
export const instancePlace = (account: string, id: string): string => `instance|${account}|${id}`;
export const accountPlace = (account: string): string => `account|${account}`;
/** Sessions of IAM Identity Center in an account. */
export const signOnPlace = (account: string): string => `sso|${account}`;
/** In all accounts: an organization's policy, a permission set. */
export const everyAccount = '*';

/** Sessions by place, of the places that are wanted. */
export function sessionsByPlace(model: LineageModel, wanted: ReadonlySet<string>): ReadonlyMap<string, Session[]> {
  const found = new Map<string, Session[]>();
  const add = (place: string, session: Session): void => {
    if (wanted.has(place)) {
      append(found, place, session);
    }
  };
  for (const session of wanted.size === 0 ? [] : model.sessions) {
    if (session.kind === 'service-linked' || session.kind === 'external-account') {
      continue;
    }
    for (const place of placesOf(session)) {
      add(place, session);
    }
  }
  return found;
}

function placesOf(session: Session): string[] {
  const arn = durableArn(session);
  const account = accountOf(arn) || session.accountId;
  const places = [accountPlace(account), accountPlace(everyAccount), ...session.keys.map(keyPlace)];
  if (arn.includes(':role/')) {
    places.push(rolePlace(account, roleNameOf(arn)));
  } else if (arn.includes(':user/')) {
    places.push(userPlace(account, lastSegment(arn)));
  }
  if (session.instanceId !== '') {
    places.push(instancePlace(session.accountId, session.instanceId));
  }
  if (session.kind === 'sso') {
    places.push(signOnPlace(account), signOnPlace(everyAccount));
  }
  return places;
}
