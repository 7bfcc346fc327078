/** The case file of the population, as its team would commit it: what it knows, and the few things it has decided. */
export const caseFile = `{
  // Example Corp: management, security, shared services, development, staging, production.
  "ownAccounts": ["111122223333", "222233334444", "333344445555", "444455556666", "555566667777", "666677778888"],

  "trustedAccounts": [
    { "id": "123456789012", "name": "our metrics vendor" },
    { "id": "210987654321", "name": "our posture vendor, since June" },
  ],

  "trustedCidrs": [
    // The office's two lines and the two clouds of its web proxy.
    "80.152.10.16/29", "217.6.40.32/29", "165.225.72.0/24", "147.161.160.0/24",
    // The jump network, which operators and instances share.
    "18.153.44.9/32",
    // The runners of our GitLab; Terraform Cloud's published addresses.
    "35.156.200.0/24", "3.70.15.0/24", "18.194.77.0/24",
    "75.2.98.97/32", "99.83.150.238/32", "52.86.200.106/32",
  ],

  "egressByVpc": {
    "vpc-0a4e1c7d92b3f5e61": ["18.196.10.11/32", "3.121.40.12/32", "35.157.30.13/32"],
    "vpc-0c2d4e6f8a1b3c5d7": ["3.64.200.18/32", "18.153.44.9/32"],
  },

  "allowedChains": [
    // Billing is built, promoted and released by three roles, every time the same.
    "ci-build>ci-promote>ci-release>ci-release",
    "ci-promote>ci-release>ci-release",
  ],
  "breakGlassRoles": ["root-audit", "ops-admin"],
  "ciRoles": ["ci-build", "ci-promote", "ci-release", "deploy", "github-deploy", "gitlab-deploy", "jenkins-release"],
  "securityToolRoles": ["security-audit", "posture-scanner-task", "vendor-posture-reader"],

  "suppressions": [
    {
      "rule": "chain-then-persistence",
      "role": "onboarding-member",
      "reason": "Makes the users of devices, by ticket.",
      "author": "platform",
    },
    {
      "rule": "federation-token-issued",
      "caller": "arn:aws:iam::666677778888:user/*-portal-broker",
      "reason": "The old portal and the file transfers; both go in autumn.",
      "author": "platform",
    },
    {
      "rule": "federation-persistence",
      "role": "terraform-spoke",
      "reason": "Providers are made as code, and reviewed there.",
      "author": "platform",
    },
  ],
}
`;
