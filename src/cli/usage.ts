/** What `--help` prints. */
export const program = 'cloudtrail-lineage';

export const usage = `${program}: who issued which AWS credential, which sessions are suspicious, and what stops them.
Offline: reads CloudTrail logs from disk, opens no connection, calls no AWS API.

  ${program} analyze PATH... [options]            findings, with the lineage behind each
  ${program} who NAME PATH... [options]           whose is it: anything an alert names, to its lineage and records
  ${program} remediate PATH... --finding ID --out DIR
                                                        policies, runbook and scripts that stop a lineage; runs nothing
  ${program} rules [--format text|json]           the rules, their severities and techniques

PATH is a CloudTrail file (JSON, gzip or not, also an export as NDJSON) or a folder of them.

analyze
  --format text|json|sarif|markdown|csv   text unless told
  --out FILE                              write there instead of to the standard output
  --against FILE                          also what is new, gone and changed since the analysis that FILE has (--format json)
  --write-baseline FILE                   also write there what these logs look like, to judge later ones by
  --baseline FILE                         count what such a file tells of the weeks before when judging what is rare
  --fail-on critical|high|medium|low      exit with 1 when a finding or incident is at least this severe
  --since TIME, --until TIME              only events between them trigger findings, all link (2025-05-16T01:00:00Z)
  --rule ID                               only this rule; may be repeated
  --no-suppressions                       also what the case file suppresses
  --country-db FILE, --asn-db FILE        databases of addresses in the MaxMind format (.mmdb), yours: networks and countries
  --aws-ip-ranges FILE                    are named, and rules that look at places use them; the file of AWS, ip-ranges.json
analyze, who, remediate
  --case FILE                             the case file; else .cloudtrail-case.json in the analysed folder, or in the
                                          nearest folder above it up to the current one
  --cache DIR                             keep there what was read of each file, up to 1 GB, and do not read the same again;
                                          as sensitive as the logs, may be deleted at any time
who
  NAME                                    an access key, session or its ARN, principal id, role, user, instance, event or
                                          request id, address or range of addresses, account; quotes around it are ignored
  --format text|json                      text unless told
  --blast-radius                          also, for at most 3 lineages: everything that came of their first credential
remediate
  --finding ID                            as analyze prints it
  --out DIR                               where to write; existing files are not overwritten without --force
  --force                                 overwrite them

  --help, --version

Exit status: 0 done; 1 --fail-on is met; 2 wrong usage, or the output cannot be written; 3 nothing could be read.
`;
