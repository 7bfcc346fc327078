/** Instances as the cases of several rules have them: delivered to, called from, their credentials taken elsewhere. */
import { roleSession, type InstanceGrant, type Session } from '../../../scripts/sample/records';
import { hour, instanceId, minute, start, webRole, World } from '../../unit/engine/support/world';

export const second = 'i-0fedcba9876543210';
export const third = 'i-0aaaaaaaaaaaaaaa3';

/** What happens in a world of this name. */
export function told(name: string, happens: (world: World) => void): () => World {
  return () => {
    const world = new World(name);
    happens(world);
    return world;
  };
}

/** Delivered to at the beginning; its agent called from 2.2.2.2 a minute later. */
export function anchored(world: World, at = 0): InstanceGrant {
  const grant = world.delivers(at);
  world.heartbeat(at + minute, grant.v2, '2.2.2.2');
  return grant;
}

/** A session that is called like an instance, of which no delivery is in the logs. */
export function namedLikeInstance(key: string, delivery?: '1.0' | '2.0'): Session {
  return roleSession({
    role: webRole,
    name: instanceId,
    key,
    issuedAt: start,
    expiresAt: start + 6 * hour,
    ...(delivery === undefined ? {} : { ec2RoleDelivery: delivery }),
  });
}
