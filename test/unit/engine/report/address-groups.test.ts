/** Addresses as numbers agree with the address library, on forms by hand and on a thousand made ones. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { canonicalAddress } from '../../../../src/engine/cloudtrail/network';
import { AddressRanges, parseRange } from '../../../../src/engine/detect/cidr';
import { isIn, rangeOf } from '../../../../src/engine/report/address-groups';
import { workOf } from '../../support/work';

/** The same numbers at every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state;
  };
}

const forms: readonly string[] = [
  ...[
    '192.0.2.1',
    '::ffff:192.0.2.1',
    '::ffff:c000:201',
    '0:0:0:0:0:ffff:192.0.2.1',
    '192.0.2.01',
    '192.0.2',
    '1.2.3.4.5',
  ],
  ...[
    '256.1.1.1',
    '2001:DB8::1',
    '2001:db8:0:0:0:0:0:1',
    '2001:db8::0:1',
    '::',
    '::1',
    '1::',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
  ],
  ...[
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    ':1',
    '1:',
    'fe80::1%eth0',
    '12345::',
    'g::1',
    '',
    'ec2.amazonaws.com',
    '64:ff9b::192.0.2.1',
  ],
  ...['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:7:1.2.3.4', '::1.2.3', '::1.2.3.4', 'AWS Internal', '1:2:3:4:5:6:7:', ':::'],
];

describe('addresses as numbers', () => {
  const next = numbers(7);
  const made = Array.from({ length: 300 }, () => {
    const groups = Array.from({ length: 8 }, () => (next() % 3 === 0 ? 0 : next() % 5));
    const at = next() % 8;
    const text = groups.map((group) => group.toString(16));
    return [text.join(':'), [...text.slice(0, at), '', ...text.slice(at + 2)].join(':'), groups.slice(0, 4).join('.')];
  }).flat();
  const texts = [...forms, ...made];

  it('are the same for the same address, however it is written', () => {
    for (const name of forms.filter((form) => parseRange(form) !== undefined)) {
      const range = rangeOf(name);
      assert.ok(range !== undefined, name);
      for (const text of texts) {
        assert.equal(isIn(range, text), canonicalAddress(text) === canonicalAddress(name), `${name} ${text}`);
      }
    }
  });

  it('are in the ranges that the library says, and what is no range is none', () => {
    const ranges = texts.flatMap((text) =>
      [0, 1, 7, 16, 31, 32, 33, 96, 127, 128, 129].map((bits) => `${text}/${String(bits)}`),
    );
    let inside = 0;
    for (const [at, name] of ranges.entries()) {
      const range = rangeOf(name);
      assert.equal(range === undefined, parseRange(name) === undefined, name);
      const library = new AddressRanges([name]);
      for (const text of range === undefined
        ? []
        : [texts[at % texts.length] ?? '', texts[(at * 7) % texts.length] ?? '', name.split('/')[0] ?? '']) {
        assert.equal(range !== undefined && isIn(range, text), library.contains(text), `${text} in ${name}`);
        inside += library.contains(text) ? 1 : 0;
      }
    }
    assert.ok(inside > 1000, String(inside));
  });

  it('are a tenth of the work that the objects of the library are', async () => {
    const tasks = join(__dirname, 'scale.work.ts');
    const [ours = 0] = await workOf(tasks, 'addressesAsNumbers', [2000]);
    const [library = 0] = await workOf(tasks, 'addressesInLibrary', [2000]);
    assert.ok(ours > 0 && ours * 10 < library, `${String(ours)} and ${String(library)}`);
  });
});
