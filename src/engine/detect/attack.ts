/**
 * The techniques of MITRE ATT&CK that findings cite. Ids stay, names and tactics change between versions of ATT&CK:
 * nothing here keys on a name. Source: ATT&CK for Enterprise, IaaS.
 */
export const techniqueNames: Readonly<Record<string, string>> = {
  'T1021.007': 'Remote Services: Cloud Services',
  T1036: 'Masquerading',
  'T1069.003': 'Permission Groups Discovery: Cloud Groups',
  'T1078.004': 'Valid Accounts: Cloud Accounts',
  'T1087.004': 'Account Discovery: Cloud Account',
  T1098: 'Account Manipulation',
  'T1098.001': 'Account Manipulation: Additional Cloud Credentials',
  'T1098.003': 'Account Manipulation: Additional Cloud Roles',
  'T1136.003': 'Create Account: Cloud Account',
  T1199: 'Trusted Relationship',
  T1526: 'Cloud Service Discovery',
  T1528: 'Steal Application Access Token',
  'T1484.002': 'Domain or Tenant Policy Modification: Trust Modification',
  T1537: 'Transfer Data to Cloud Account',
  'T1548.005': 'Abuse Elevation Control Mechanism: Temporary Elevated Cloud Access',
  'T1550.001': 'Use Alternate Authentication Material: Application Access Token',
  'T1552.001': 'Unsecured Credentials: Credentials In Files',
  'T1552.005': 'Unsecured Credentials: Cloud Instance Metadata API',
  'T1552.007': 'Unsecured Credentials: Container API',
  'T1556.007': 'Modify Authentication Process: Hybrid Identity',
  'T1562.001': 'Impair Defenses: Disable or Modify Tools',
  'T1562.007': 'Impair Defenses: Disable or Modify Cloud Firewall',
  'T1562.008': 'Impair Defenses: Disable or Modify Cloud Logs',
  T1580: 'Cloud Infrastructure Discovery',
  T1651: 'Cloud Administration Command',
  T1685: 'Disable or Modify Tools',
  'T1685.002': 'Disable or Modify Tools: Disable or Modify Cloud Logs',
  'T1686.001': 'Disable or Modify System Firewall: Cloud Firewall',
};

/** The name of a technique; its id where we have none. */
export function techniqueName(id: string): string {
  return techniqueNames[id] ?? id;
}
