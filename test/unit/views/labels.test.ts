import assert from 'node:assert/strict';
import { counted, fileNameOf, iconSafe, plain } from '../../../src/views/labels';

describe('labels of hostile text', () => {
  it('leaves ordinary text as it is, in every script', () => {
    for (const text of ['botocore-session-1747357562', 'Ünïcödé 東京 🚀', 'arn:aws:iam::1:role/a+b=c,d.e@f']) {
      assert.equal(plain(text), text);
    }
  });

  it('writes out what would turn the reading direction', () => {
    assert.equal(plain('admin\u202egnp.exe'), 'admin⟨U+202E⟩gnp.exe');
    assert.equal(plain('\u2066a\u2069'), '⟨U+2066⟩a⟨U+2069⟩');
  });

  it('writes out what would be invisible', () => {
    for (const hidden of [
      '\u200b',
      '\u200d',
      '\u00ad',
      '\ufeff',
      '\u2060',
      '\u3164',
      '\u{e0041}',
      '\u0000',
      '\u001b',
      '\u007f',
      '\u009b',
    ]) {
      const shown = plain(`a${hidden}b`);
      assert.match(shown, /^a⟨U\+[0-9A-F]{4,5}⟩b$/, JSON.stringify(hidden));
    }
    assert.equal(plain('a\ud800b'), 'a⟨U+D800⟩b');
  });

  it('makes one line of many', () => {
    assert.equal(plain('one\r\ntwo\tthree\u2028four'), 'one two three⟨U+2028⟩four');
  });

  it('cuts what is longer than a label, never through a character', () => {
    assert.equal(plain('x'.repeat(1000)).length, 300);
    assert.equal(plain('abc🚀def', 5), 'abc…');
    assert.equal(plain('abcde', 5), 'abcde');
  });

  it('keeps icons from being drawn', () => {
    assert.equal(iconSafe('role $(verified) $(x'), 'role \\$(verified) \\$(x');
    // A backslash of the attacker's must not undo ours: VS Code takes the one next to the sign.
    assert.equal(iconSafe('\\$(verified)'), '\\\\$(verified)');
  });
});

describe('names for tabs and files', () => {
  it('have no way out of their folder', () => {
    for (const text of ['../../etc/passwd', 'a/b\\c', '..', '. .', 'C:\\x', 'a?b#c', '\u202e', '']) {
      const name = fileNameOf(text);
      assert.doesNotMatch(name, /[/\\?#:\u202e]|^\.|\.$/u, text);
      assert.notEqual(name, '');
    }
  });

  it('stay readable', () => {
    assert.equal(fileNameOf('Role chain of depth 3: a → b (≥ 2)'), 'Role chain of depth 3 a to b 2');
  });
});

describe('counts', () => {
  it('speak English', () => {
    assert.equal(counted(1, 'finding'), '1 finding');
    assert.equal(counted(3396, 'event'), '3,396 events');
    assert.equal(counted(0, 'record rejected', 'records rejected'), '0 records rejected');
  });
});
