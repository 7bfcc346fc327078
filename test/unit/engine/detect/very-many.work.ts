/** Detectors alone, on models that are there, for `workOf`. */
import { emptyCase } from '../../../../src/engine/case-settings';
import { detectors } from '../../../../src/engine/detect/index';
import type { Task } from '../../support/count-work';
import { account, type World } from '../support/world';
import * as worlds from './very-many';

const judging =
  (make: (times: number) => World, rule: string): Task =>
  (times) => {
    const { model } = make(times).analysis({}, { detectors: [] });
    const detector = detectors.find(({ id }) => id === rule);
    return () =>
      detector?.detect({
        model,
        settings: emptyCase,
        ownAccounts: new Set([account]),
        inWindow: () => true,
      });
  };

export const newRoles = judging(worlds.newRoles, 'rare-role-edge');
export const newCallers = judging(worlds.newCallers, 'rare-role-edge');
export const newClients = judging(worlds.newClients, 'rare-client');
export const givenAndRefused = judging(worlds.givenAndRefused, 'access-denied-enumeration');
export const denied = judging(worlds.denied, 'active-after-containment');
export const everywhere = judging(worlds.everywhere, 'session-multi-origin');
export const lettingIn = judging(worlds.lettingIn, 'trust-policy-backdoor');
export const maskedKeys = judging(worlds.maskedKeys, 'created-key-used');
export const federated = judging(worlds.federated, 'federation-token-issued');
export const signingIn = judging(worlds.signingIn, 'console-from-api-credentials');
export const passwords = judging(worlds.passwords, 'chain-then-persistence');
