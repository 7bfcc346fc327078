import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ByteInterner } from '../../../../src/engine/cloudtrail/byte-interner';
import { eventIdText, hashId, isMaskedId, readUuid } from '../../../../src/engine/cloudtrail/event-id';
import { StringDictionary } from '../../../../src/engine/cloudtrail/string-dictionary';
import { cutText, decodeUtf8, withThousands } from '../../../../src/engine/cloudtrail/text';
import { bytesOf, randomOf } from './scan';

describe('event ids', () => {
  it('a UUID comes out as it went in', () => {
    for (const id of [
      '4d293154-a15b-4c33-9e0a-ff5ee0123456',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '00000000-0000-0000-0000-000000000001',
    ]) {
      const words = new Uint32Array(8);
      assert.equal(readUuid(bytesOf(`"${id}"`), 1, words, 4), true);
      assert.equal(eventIdText(words[4] ?? 0, words[5] ?? 0, words[6] ?? 0, words[7] ?? 0), id);
      assert.deepEqual([...words.slice(0, 4)], [0, 0, 0, 0]);
    }
  });

  it('anything else is none', () => {
    for (const id of [
      '4D293154-a15b-4c33-9e0a-ff5ee0123456',
      '4d293154-a15b-4c33-9e0a-ff5eeEXAMPLE',
      '4d293154aa15b-4c33-9e0a-ff5ee0123456',
      '00000000-0000-0000-0000-000000000000',
      '',
    ]) {
      assert.equal(readUuid(bytesOf(id), 0, new Uint32Array(4), 0), false);
    }
  });

  it('a hash is the head of SHA-256', () => {
    const words = new Uint32Array(4);
    hashId(bytesOf('abc'), words, 0);
    const hex = [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
    assert.equal(hex, createHash('sha256').update('abc').digest('hex').slice(0, 32));
  });

  it('masks', () => {
    for (const id of [
      '***',
      'REDACTED',
      'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx',
      '00000000-0000-0000-0000-000000000000',
    ])
      assert.ok(isMaskedId(id));
    for (const id of ['4d293154-a15b-4c33-9e0a-ff5eeEXAMPLE', 'a', '1']) assert.ok(!isMaskedId(id));
  });
});

describe('interning', () => {
  it('the same bytes have one number, others another, through growth and any guess', () => {
    const random = randomOf(7);
    const interner = new ByteInterner();
    const known = new Map<string, number>();
    for (let i = 0; i < 20_000; i += 1) {
      const text = `${Math.floor(random() * 5000).toString(36)}${'-'.repeat(Math.floor(random() * 3))}`;
      const bytes = bytesOf(`x${text}y`);
      const guess = Math.floor(random() * (interner.size + 1)) - 1;
      const number = interner.intern(bytes, 1, bytes.length - 1, guess);
      assert.equal(number, known.get(text) ?? known.size);
      known.set(text, number);
    }
    assert.equal(interner.size, known.size);
  });

  it('plain and escaped spellings of a text are one', () => {
    const dictionary = new StringDictionary();
    const add = (text: string): number | undefined => {
      const bytes = bytesOf(text);
      return dictionary.addString(bytes, 0, bytes.length, text.includes('\\'), 0);
    };
    assert.equal(add('a\\u0062c'), add('abc'));
    assert.equal(add('ab\\u0063'), add('abc'));
    assert.equal(add(''), 0);
    assert.equal(add('-'), 0);
    assert.equal(add('\\u002d'), 0);
    assert.equal(add('bad \\x'), undefined);
    assert.equal(add('bad \\x'), undefined);
    assert.deepEqual(dictionary.values, ['', 'abc']);
  });
});

describe('text', () => {
  it('bytes that are no UTF-8', () => {
    assert.equal(decodeUtf8(Uint8Array.of(0x61, 0xff, 0x62), 0, 3), 'a\ufffdb');
    assert.equal(decodeUtf8(bytesOf('xčyž'), 1, 4), 'čy');
    assert.equal(decodeUtf8(bytesOf(`${'a'.repeat(40)}🦊`), 0, 44), `${'a'.repeat(40)}🦊`);
    assert.equal(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 0, 4), '\ufeffa');
  });

  it('cuts', () => {
    assert.equal(cutText('abcd', 4), 'abcd');
    assert.equal(cutText('abcde', 4), 'abcd…');
    assert.equal(cutText('abc🦊', 4), 'abc…');
  });

  it('thousands', () => {
    assert.deepEqual([0, 999, 1000, 1234567].map(withThousands), ['0', '999', '1,000', '1,234,567']);
  });
});
