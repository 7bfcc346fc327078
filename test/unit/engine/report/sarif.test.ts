/** SARIF: the parts of the standard that the report uses, each as the standard asks for it. */
import assert from 'node:assert/strict';
import Ajv from 'ajv';
import { analyze } from '../../../../src/engine/analysis';
import { emptyCase } from '../../../../src/engine/case-settings';
import { FileScanner } from '../../../../src/engine/cloudtrail/scanner';
import { detectors } from '../../../../src/engine/detect/index';
import { renderReport } from '../../../../src/engine/report/render-report';
import { incident } from './incident';

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region?: { readonly byteOffset: number; readonly byteLength: number };
  };
  readonly properties: { readonly eventID: string; readonly decompressed?: { readonly byteOffset: number } };
}

interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly locations: readonly Location[];
        readonly relatedLocations: readonly Location[];
        readonly partialFingerprints: Readonly<Record<string, string>>;
        readonly suppressions?: readonly { readonly kind: string }[];
        readonly properties: { readonly severity: string };
      }[];
    },
  ];
}

const message = {
  type: 'object',
  required: ['text'],
  additionalProperties: false,
  properties: { text: { type: 'string', minLength: 1 } },
};
const level = { enum: ['none', 'note', 'warning', 'error'] };
const bag = { type: 'object' };
const physicalLocation = {
  type: 'object',
  required: ['artifactLocation'],
  additionalProperties: false,
  properties: {
    artifactLocation: {
      type: 'object',
      required: ['uri'],
      additionalProperties: false,
      // A URI reference: no blanks, no backslashes, per cent only before two digits.
      properties: { uri: { type: 'string', pattern: "^(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+$" } },
    },
    region: {
      type: 'object',
      required: ['byteOffset', 'byteLength'],
      additionalProperties: false,
      properties: { byteOffset: { type: 'integer', minimum: 0 }, byteLength: { type: 'integer', minimum: 0 } },
    },
  },
};
const location = {
  type: 'object',
  additionalProperties: false,
  properties: {
    id: { type: 'integer', minimum: 0 },
    message,
    physicalLocation,
    properties: bag,
    logicalLocations: {
      type: 'array',
      uniqueItems: true,
      items: {
        type: 'object',
        additionalProperties: false,
        properties: {
          name: { type: 'string' },
          fullyQualifiedName: { type: 'string' },
          kind: { type: 'string' },
          properties: bag,
        },
      },
    },
  },
};
/** After section 3 of SARIF 2.1.0, strictly: what is not listed is not allowed. */
const schema = {
  type: 'object',
  required: ['version', 'runs'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string' },
    version: { const: '2.1.0' },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tool', 'results'],
        additionalProperties: false,
        properties: {
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          properties: bag,
          tool: {
            type: 'object',
            required: ['driver'],
            additionalProperties: false,
            properties: {
              driver: {
                type: 'object',
                required: ['name'],
                additionalProperties: false,
                properties: {
                  name: { type: 'string' },
                  rules: {
                    type: 'array',
                    uniqueItems: true,
                    items: {
                      type: 'object',
                      required: ['id'],
                      additionalProperties: false,
                      properties: {
                        id: { type: 'string' },
                        name: { type: 'string' },
                        shortDescription: message,
                        fullDescription: message,
                        help: message,
                        defaultConfiguration: {
                          type: 'object',
                          additionalProperties: false,
                          properties: { level },
                        },
                        properties: bag,
                      },
                    },
                  },
                },
              },
            },
          },
          invocations: {
            type: 'array',
            items: {
              type: 'object',
              required: ['executionSuccessful'],
              additionalProperties: false,
              properties: {
                executionSuccessful: { type: 'boolean' },
                toolExecutionNotifications: {
                  type: 'array',
                  items: {
                    type: 'object',
                    required: ['message'],
                    additionalProperties: false,
                    properties: {
                      descriptor: {
                        type: 'object',
                        required: ['id'],
                        additionalProperties: false,
                        properties: { id: { type: 'string' } },
                      },
                      level,
                      message,
                      locations: { type: 'array', uniqueItems: true, items: location },
                    },
                  },
                },
              },
            },
          },
          results: {
            type: 'array',
            items: {
              type: 'object',
              required: ['message'],
              additionalProperties: false,
              properties: {
                ruleId: { type: 'string' },
                ruleIndex: { type: 'integer', minimum: -1 },
                level,
                message,
                locations: { type: 'array', items: location },
                relatedLocations: { type: 'array', uniqueItems: true, items: location },
                partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
                suppressions: {
                  type: 'array',
                  uniqueItems: true,
                  items: {
                    type: 'object',
                    required: ['kind'],
                    additionalProperties: false,
                    properties: { kind: { enum: ['inSource', 'external'] }, justification: { type: 'string' } },
                  },
                },
                properties: bag,
              },
            },
          },
        },
      },
    },
  },
};
const validate = new Ajv({ allErrors: true, strict: true }).compile(schema);

function logOf(text: string): Log {
  const log: unknown = JSON.parse(text);
  assert.ok(validate(log), JSON.stringify(validate.errors, null, 1));
  return log as unknown as Log;
}

const bytes = new TextEncoder().encode(JSON.stringify({ Records: incident().records }));

function analysed(gzip: boolean, path = 'logs/a b#1.json') {
  const scanner = new FileScanner(path);
  scanner.push(bytes);
  const junk = new FileScanner('100% no log.txt');
  junk.push(new TextEncoder().encode('hello'));
  return analyze([scanner.finish({ gzip }), junk.finish()], emptyCase);
}

describe('the SARIF report', () => {
  it('is what the standard allows, with every rule and every finding', () => {
    const analysis = analysed(false);
    const [{ tool, results }] = logOf(renderReport(analysis, 'sarif')).runs;
    assert.deepEqual(
      tool.driver.rules.map(({ id }) => id),
      detectors.map(({ id }) => id),
    );
    assert.deepEqual(
      results.map(({ partialFingerprints }) => Object.values(partialFingerprints)),
      analysis.findings.map(({ id }) => [id]),
    );
    for (const { ruleId, ruleIndex } of results) {
      assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
    }
  });

  it('gives levels by severity', () => {
    const analysis = analysed(false);
    const [finding] = analysis.findings;
    assert.ok(finding !== undefined);
    const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
    const findings = severities.map((severity) => ({ ...finding, severity }));
    assert.deepEqual(
      logOf(renderReport({ ...analysis, findings }, 'sarif')).runs[0].results.map((result) => result.level),
      ['error', 'error', 'warning', 'note', 'note'],
    );
  });

  it('points at the bytes of each record', () => {
    const [{ results }] = logOf(renderReport(analysed(false), 'sarif')).runs;
    const locations = results.flatMap((result) => [...result.locations, ...result.relatedLocations]);
    assert.ok(locations.length >= 8);
    for (const { physicalLocation: place, properties } of locations) {
      assert.equal(place.artifactLocation.uri, 'logs/a%20b%231.json');
      const { byteOffset, byteLength } = place.region ?? { byteOffset: 0, byteLength: 0 };
      const record = JSON.parse(new TextDecoder().decode(bytes.subarray(byteOffset, byteOffset + byteLength))) as {
        eventID: string;
      };
      assert.equal(record.eventID, properties.eventID);
    }
  });

  it('does not point into a compressed file as if it were not', () => {
    const [{ results }] = logOf(renderReport(analysed(true), 'sarif')).runs;
    for (const { physicalLocation: place, properties } of results.flatMap((result) => result.locations)) {
      assert.equal(place.region, undefined);
      assert.ok((properties.decompressed?.byteOffset ?? 0) > 0);
    }
  });

  it('marks what the case file suppresses', () => {
    const analysis = incident().analysis({ suppressions: [{ rule: 'role-chain-depth', reason: 'drill' }] });
    const [{ results }] = logOf(renderReport(analysis, 'sarif')).runs;
    assert.deepEqual(
      results.map(({ ruleId, suppressions }) => [ruleId, suppressions?.[0]?.kind]),
      analysis.findings.map(({ rule }) => [rule, rule === 'role-chain-depth' ? 'external' : undefined]),
    );
  });
});
