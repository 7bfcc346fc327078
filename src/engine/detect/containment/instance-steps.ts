/** Containment of EC2 instances: what ends them, and what takes their role from them. Source: Amazon EC2 API Reference. */
import { stringAt } from '../../cloudtrail/record';
import { instancesAsked } from '../object-fields';
import { clean } from '../text';
import { instancePlace } from './places';
import type { Reader } from './reader';

const terminated: Reader = ({ request, response, self, account }) =>
  instancesAsked({ request, response, self }).map((id) => ({
    type: 'put' as const,
    mechanism: `instance|${account}|${id}`,
    places: [instancePlace(account, id)],
    shutsDown: true,
    words: `instance ${clean(id, 64)} terminated`,
  }));

const profileTaken: Reader = ({ response, account }) => {
  const id = stringAt(
    response,
    'DisassociateIamInstanceProfileResponse',
    'iamInstanceProfileAssociation',
    'instanceId',
  );
  return id === ''
    ? []
    : [
        {
          type: 'put',
          mechanism: `profile|${account}|${id}`,
          places: [instancePlace(account, id)],
          strength: 'cut',
          words: `instance profile taken from instance ${clean(id, 64)}`,
        },
      ];
};

const profileGiven =
  (request: string, response: string): Reader =>
  ({ request: asked, response: answer, account }) => {
    const id =
      stringAt(asked, request, 'InstanceId') ||
      stringAt(asked, 'instanceId') ||
      stringAt(answer, response, 'iamInstanceProfileAssociation', 'instanceId');
    return id === ''
      ? []
      : [
          {
            type: 'off',
            mechanism: `profile|${account}|${id}`,
            words: `an instance profile associated with instance ${clean(id, 64)} again`,
          },
        ];
  };

export const instanceSteps: Readonly<Record<string, Reader>> = {
  'ec2:TerminateInstances': terminated,
  'ec2:DisassociateIamInstanceProfile': profileTaken,
  'ec2:AssociateIamInstanceProfile': profileGiven(
    'AssociateIamInstanceProfileRequest',
    'AssociateIamInstanceProfileResponse',
  ),
  'ec2:ReplaceIamInstanceProfileAssociation': profileGiven(
    'ReplaceIamInstanceProfileAssociationRequest',
    'ReplaceIamInstanceProfileAssociationResponse',
  ),
};
