/** Decompression in WebAssembly against zlib: the same bytes, or nothing; never outside of its memory. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, deflateRawSync, gunzipSync, gzipSync, inflateRawSync, type ZlibOptions } from 'node:zlib';
import { buildWasm } from '../../../scripts/lib/build-wasm.mjs';
import { GunzipKernel, type InflateExports } from '../../../src/worker/node/gunzip-kernel';
import { randomOf } from '../engine/cloudtrail/scan';
import { randomStream } from './deflate-writer';

const samples = join(__dirname, '../../../media/sample-incident/cloudtrail-logs');
const [DONE, DAMAGED, FULL] = [0, 1, 2];

let module: InflateExports;
let kernel: GunzipKernel;

before(async function () {
  this.timeout(120_000);
  const wasm = new WebAssembly.Module(await buildWasm());
  module = new WebAssembly.Instance(wasm).exports as unknown as InflateExports;
  kernel = new GunzipKernel(module);
});

function gunzip(file: Uint8Array): Buffer | undefined {
  if (file.length > kernel.maxCompressed) return undefined;
  kernel.compressed(file.length).set(file);
  const bytes = kernel.gunzip(file.length);
  return bytes === undefined ? undefined : Buffer.from(bytes);
}

/** What zlib makes of the file; undefined when it refuses it. */
function byZlib(file: Uint8Array): Buffer | undefined {
  try {
    return gunzipSync(file);
  } catch {
    return undefined;
  }
}

function assertSame(file: Uint8Array, expected: Uint8Array, what: string): void {
  const bytes = gunzip(file);
  assert.ok(bytes?.equals(expected), what);
}

/** Texts of all kinds: noise, runs, short and long periods, words, JSON. */
function texts(random: () => number): Record<string, Buffer> {
  const noise = (length: number, values = 256): Buffer =>
    Buffer.from(Array.from({ length }, () => Math.floor(random() * values)));
  const word = noise(1000);
  const fibonacci: number[] = [];
  for (let symbol = 0, a = 1, b = 1; symbol < 21; symbol++, [a, b] = [b, a + b]) {
    for (let times = 0; times < a; times++) fibonacci.push(symbol);
  }
  return {
    empty: Buffer.alloc(0),
    'one byte': Buffer.from('a'),
    noise: noise(70_000),
    bits: noise(100_000, 2),
    zeros: Buffer.alloc(300_000),
    '65,535 bytes': noise(65_535),
    '65,536 bytes': noise(65_536),
    'the farthest copy': Buffer.concat([word, noise(32_768 - 1000), word, noise(31_768), word]),
    'long codes': Buffer.from(fibonacci.sort(() => random() - 0.5)),
    ...Object.fromEntries(
      Array.from({ length: 40 }, (_, at): [string, Buffer] => {
        const period = at + 1;
        return [`period ${String(period)}`, Buffer.alloc(5000 + at, noise(period))];
      }),
    ),
    JSON: Buffer.from(
      JSON.stringify(Array.from({ length: 3000 }, (_, id) => ({ id, at: random(), name: `user-${String(id % 7)}` }))),
    ),
  };
}

describe('inflate in WebAssembly', function () {
  this.timeout(60_000);

  it('gives what zlib gives of everything that zlib writes', () => {
    const strategies = [
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_FILTERED,
      constants.Z_HUFFMAN_ONLY,
      constants.Z_RLE,
      constants.Z_FIXED,
    ];
    const settings: ZlibOptions[] = [
      ...Array.from({ length: 10 }, (_, level) => ({ level })),
      ...strategies.map((strategy) => ({ strategy })),
      ...Array.from({ length: 7 }, (_, at) => ({ windowBits: at + 9 })),
      ...Array.from({ length: 9 }, (_, at) => ({ memLevel: at + 1 })),
    ];
    for (const [name, text] of Object.entries(texts(randomOf(1)))) {
      for (const setting of settings) {
        assertSame(gzipSync(text, setting), text, `${name} with ${JSON.stringify(setting)}`);
      }
    }
  });

  it('reads the sample incident', () => {
    const names = readdirSync(samples).filter((name) => name.endsWith('.gz'));
    assert.ok(names.length > 0);
    for (const name of names) {
      const file = readFileSync(join(samples, name));
      assertSame(file, gunzipSync(file), name);
    }
  });

  it('reads codes of all shapes: of one symbol, of none, up to fifteen bits', () => {
    const random = randomOf(2);
    for (let run = 0; run < 300; run++) {
      const stream = randomStream(1 + (run % 3), run < 100 ? 20 : 1500, random);
      const expected = inflateRawSync(stream);
      kernel.compressed(stream.length).set(stream);
      const verdict = module.inflate(
        module.compressedStart(),
        stream.length,
        module.inputStart(),
        // No room to spare.
        expected.length,
      );
      assert.equal(verdict, DONE, `stream ${String(run)}`);
      assert.equal(module.inflatedBytes(), expected.length);
      assert.equal(module.inflateEnd(), module.compressedStart() + stream.length);
      assert.ok(expected.equals(kernel.input(expected.length)), `stream ${String(run)}`);
    }
  });

  it('reads all members, whatever their headers hold, and padding', () => {
    const [first, second] = [Buffer.from('first '), Buffer.from('second')];
    const plain = gzipSync(first);
    const body = plain.subarray(10);
    const header = (flags: number, ...parts: readonly (readonly number[])[]): Buffer =>
      Buffer.from([0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 255, ...parts.flat()]);
    const extra = [5, 0, 0, 1, 0, 3, 4];
    const text = [...Buffer.from('name.json'), 0];
    const withCrc = (head: Buffer, by = 0): Buffer => {
      const crc = gzipSync(head).readUInt32LE(gzipSync(head).length - 8) ^ by;
      return Buffer.concat([head, Buffer.from([crc & 255, (crc >> 8) & 255])]);
    };
    const headers = [
      header(0),
      header(1),
      header(4, extra),
      header(8, text),
      header(16, text),
      header(28, extra, text, text),
      withCrc(header(2)),
      withCrc(header(30, extra, text, text)),
    ];
    for (const head of headers) assertSame(Buffer.concat([head, body]), first, head.toString('hex'));
    for (const head of headers) {
      const file = Buffer.concat([head, body, gzipSync(second), Buffer.alloc(700)]);
      assertSame(file, Buffer.from('first second'), head.toString('hex'));
    }
    const refused = [
      withCrc(header(2), 1),
      header(0x20),
      header(0x80),
      header(4, [255, 255]),
      header(8, [...text.slice(0, -1)]),
      Buffer.from([0x1f, 0x8b, 7, 0, 1, 2, 3, 4, 0, 255]),
    ].map((head) => Buffer.concat([head, body]));
    for (const file of [...refused, Buffer.concat([plain, Buffer.from('rest')]), Buffer.concat([plain, body])]) {
      assert.equal(byZlib(file), undefined);
      assert.equal(gunzip(file), undefined, file.toString('hex'));
    }
    // zlib reads nothing behind a zero; what is there is for it to judge.
    assert.equal(gunzip(Buffer.concat([plain, Buffer.from([0, 1])])), undefined);
  });

  it('never says that a damaged file is sound', () => {
    const random = randomOf(3);
    const bases = Object.values(texts(random)).flatMap((text) => [
      gzipSync(text.subarray(0, 4000)),
      gzipSync(text.subarray(0, 3000), { strategy: constants.Z_FIXED }),
      gzipSync(text.subarray(0, 500), { level: 0 }),
    ]);
    let sound = 0;
    for (let run = 0; run < 3000; run++) {
      const file = Buffer.from(bases[Math.floor(random() * bases.length)] ?? []);
      for (let flips = 1 + Math.floor(random() * 3); flips > 0; flips--) {
        const at = Math.floor(random() * file.length);
        file[at] = (file[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      }
      const bytes = gunzip(file);
      if (bytes !== undefined) {
        sound += 1;
        assert.ok(byZlib(file)?.equals(bytes), `run ${String(run)}: ${file.toString('hex')}`);
      }
    }
    // Bits of the header that mean nothing: the time, the system.
    assert.ok(sound > 10 && sound < 1500, String(sound));
  });

  it('never says that a file cut off is sound', () => {
    const { JSON: json = Buffer.alloc(0) } = texts(randomOf(4));
    for (const file of [gzipSync(json.subarray(0, 900)), gzipSync(json.subarray(0, 200), { level: 0 })]) {
      for (let length = 0; length < file.length; length++) {
        assert.equal(gunzip(file.subarray(0, length)), undefined, String(length));
      }
      const twice = Buffer.concat([file, file]);
      for (let length = file.length + 1; length < twice.length; length++) {
        assert.equal(gunzip(twice.subarray(0, length)), undefined, String(length));
      }
    }
  });

  it('stays inside of its target, whatever the stream and what is behind it', () => {
    const random = randomOf(5);
    const all = Object.values(texts(random)).map((text) => deflateRawSync(text.subarray(0, 20_000)));
    const source = module.compressedStart();
    const target = module.inputStart() + 4096;
    const memory = new Uint8Array(module.memory.buffer);
    const room = 24_000;
    for (let run = 0; run < 2000; run++) {
      const stream = Buffer.from(all[run % all.length] ?? []);
      if (run >= all.length) {
        const at = Math.floor(random() * stream.length);
        stream[at] = Math.floor(random() * 256);
      }
      const capacity = Math.floor(random() * room);
      const once = (behind: number): readonly unknown[] => {
        memory.fill(0xa5, target - 4096, target + room + 1024);
        memory.fill(behind, source, source + stream.length + 4096);
        memory.set(stream, source);
        const verdict = module.inflate(source, stream.length, target, capacity);
        const made = module.inflatedBytes();
        assert.ok([DONE, DAMAGED, FULL].includes(verdict));
        assert.ok(verdict !== DONE || made <= capacity);
        for (let at = target - 4096; at < target; at++) assert.equal(memory[at], 0xa5);
        for (let at = target + capacity + 512; at < target + room + 1024; at++) assert.equal(memory[at], 0xa5);
        return verdict === DONE ? [made, Buffer.from(memory.subarray(target, target + made))] : [];
      };
      assert.deepEqual(once(0), once(0xff));
    }
  });

  it('tells a target that is too small by one byte', () => {
    for (const text of Object.values(texts(randomOf(6)))) {
      if (text.length === 0) continue;
      const stream = deflateRawSync(text);
      kernel.compressed(stream.length).set(stream);
      const inflate = (room: number): number =>
        module.inflate(module.compressedStart(), stream.length, module.inputStart(), room);
      assert.deepEqual([inflate(text.length), inflate(text.length - 1)], [DONE, FULL]);
    }
  });
});

describe('CRC-32 in WebAssembly', () => {
  it('is that of zlib for every length and alignment', () => {
    const random = randomOf(7);
    const bytes = Uint8Array.from({ length: 90_000 }, () => Math.floor(random() * 256));
    kernel.input(bytes.length).set(bytes);
    const lengths = [
      ...Array.from({ length: 70 }, (_, length) => length),
      ...Array.from({ length: 200 }, (_, at) => 4 * 4018 - 20 + at),
      ...Array.from({ length: 200 }, (_, at) => 12_288 + 4018 + at),
      ...Array.from({ length: 300 }, () => Math.floor(random() * 89_000)),
    ];
    for (const length of lengths) {
      const start = Math.floor(random() * 64);
      const member = gzipSync(bytes.subarray(start, start + length), { level: 0 });
      assert.equal(module.crc32(module.inputStart() + start, length) >>> 0, member.readUInt32LE(member.length - 8));
    }
  });
});
