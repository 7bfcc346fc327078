// The same fields with DuckDB: typed columns straight out of the files, grouped by access key. The cheapest aggregate that still
// needs every field of every record is taken, and nothing is stored, both in DuckDB's favour.
//
//   node duckdb.mjs FOLDER THREADS
import { DuckDBInstance } from '@duckdb/node-api';

const [folder, threads] = process.argv.slice(2);
const record = `STRUCT(eventTime VARCHAR, eventSource VARCHAR, eventName VARCHAR, awsRegion VARCHAR, sourceIPAddress VARCHAR,
  userAgent VARCHAR, errorCode VARCHAR, eventID VARCHAR, readOnly BOOLEAN, recipientAccountId VARCHAR, sharedEventID VARCHAR,
  userIdentity STRUCT("type" VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, invokedBy VARCHAR,
    sessionContext STRUCT(attributes STRUCT(creationDate VARCHAR))),
  responseElements STRUCT(credentials STRUCT(accessKeyId VARCHAR)))[]`;
const fields = [
  ...['eventTime', 'eventSource', 'eventName', 'awsRegion', 'sourceIPAddress', 'userAgent', 'errorCode', 'eventID'],
  ...['readOnly', 'recipientAccountId', 'sharedEventID'],
  ...['type', 'principalId', 'arn', 'accountId', 'invokedBy'].map((name) => `userIdentity."${name}"`),
  'userIdentity.sessionContext.attributes.creationDate',
  'responseElements.credentials.accessKeyId',
];
const instance = await DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
await connection.run('SET preserve_insertion_order = false');
const result = await connection.runAndReadAll(`
  SELECT count(*) AS events, record.userIdentity.accessKeyId AS credential,
    ${fields.map((field) => `max(record.${field})`).join(', ')}
  FROM (
    SELECT unnest(Records) AS record
    FROM read_json('${folder.replaceAll("'", "''")}/**/*.gz', format = 'unstructured', maximum_object_size = 268435456,
      columns = { Records: '${record}' })
  )
  GROUP BY credential`);
const events = result.getRows().reduce((sum, [count]) => sum + Number(count), 0);
process.stdout.write(JSON.stringify({ events }));
