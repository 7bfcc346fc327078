/**
 * Growing typed arrays for the rows of one file.
 *
 * Guarantee: `finish` gives arrays of exactly `count` rows, all in one buffer that holds nothing else, so that they can be
 * transferred at once.
 */
import { grown } from './grown';

/** Two doubles, fifteen words and half of one. */
const rowBytes = 2 * 8 + 15 * 4 + 2;

export class ColumnBuffers {
  count = 0;
  time: Float64Array;
  start: Float64Array;
  length: Uint32Array;
  eventId: Uint32Array;
  requestId: Uint32Array;
  caller: Uint32Array;
  action: Uint32Array;
  sourceAddress: Uint32Array;
  userAgent: Uint32Array;
  errorCode: Uint32Array;
  region: Uint32Array;
  recipientAccount: Uint32Array;
  vpcEndpoint: Uint32Array;
  flags: Uint16Array;

  /** `rows`: how many are expected. */
  constructor(rows = 256) {
    this.time = new Float64Array(rows);
    this.start = new Float64Array(rows);
    this.length = new Uint32Array(rows);
    this.eventId = new Uint32Array(rows * 4);
    this.requestId = new Uint32Array(rows * 2);
    this.caller = new Uint32Array(rows);
    this.action = new Uint32Array(rows);
    this.sourceAddress = new Uint32Array(rows);
    this.userAgent = new Uint32Array(rows);
    this.errorCode = new Uint32Array(rows);
    this.region = new Uint32Array(rows);
    this.recipientAccount = new Uint32Array(rows);
    this.vpcEndpoint = new Uint32Array(rows);
    this.flags = new Uint16Array(rows);
  }

  /** Makes room for more rows. */
  reserve(more = 1): void {
    const rows = this.count + more;
    if (rows <= this.time.length) return;
    this.time = grown(this.time, rows);
    this.start = grown(this.start, rows);
    this.length = grown(this.length, rows);
    this.eventId = grown(this.eventId, rows * 4);
    this.requestId = grown(this.requestId, rows * 2);
    this.caller = grown(this.caller, rows);
    this.action = grown(this.action, rows);
    this.sourceAddress = grown(this.sourceAddress, rows);
    this.userAgent = grown(this.userAgent, rows);
    this.errorCode = grown(this.errorCode, rows);
    this.region = grown(this.region, rows);
    this.recipientAccount = grown(this.recipientAccount, rows);
    this.vpcEndpoint = grown(this.vpcEndpoint, rows);
    this.flags = grown(this.flags, rows);
  }

  /** Adds rows whose columns are at these addresses of a buffer, in the order of the fields above. */
  addRows(buffer: ArrayBuffer, addresses: Uint32Array, rows: number): void {
    this.reserve(rows);
    const at = this.count;
    const words = (column: number, count: number): Uint32Array => new Uint32Array(buffer, addresses[column], count);
    const doubles = (column: number): Float64Array => new Float64Array(buffer, addresses[column], rows);
    this.time.set(doubles(0), at);
    this.start.set(doubles(1), at);
    this.length.set(words(2, rows), at);
    this.eventId.set(words(3, rows * 4), at * 4);
    this.requestId.set(words(4, rows * 2), at * 2);
    this.caller.set(words(5, rows), at);
    this.action.set(words(6, rows), at);
    this.sourceAddress.set(words(7, rows), at);
    this.userAgent.set(words(8, rows), at);
    this.errorCode.set(words(9, rows), at);
    this.region.set(words(10, rows), at);
    this.recipientAccount.set(words(11, rows), at);
    this.vpcEndpoint.set(words(12, rows), at);
    this.flags.set(new Uint16Array(buffer, addresses[13], rows), at);
    this.count += rows;
  }

  finish() {
    const rows = this.count;
    const buffer = new ArrayBuffer(rows * rowBytes);
    // Doubles first and halves of words last: each column begins where its type may.
    let at = 0;
    const doubles = (from: Float64Array): Float64Array => {
      const to = new Float64Array(buffer, at, rows);
      to.set(from.subarray(0, rows));
      at += to.byteLength;
      return to;
    };
    const words = (from: Uint32Array, perRow = 1): Uint32Array => {
      const to = new Uint32Array(buffer, at, rows * perRow);
      to.set(from.subarray(0, rows * perRow));
      at += to.byteLength;
      return to;
    };
    const columns = {
      count: rows,
      time: doubles(this.time),
      start: doubles(this.start),
      length: words(this.length),
      eventId: words(this.eventId, 4),
      requestId: words(this.requestId, 2),
      caller: words(this.caller),
      action: words(this.action),
      sourceAddress: words(this.sourceAddress),
      userAgent: words(this.userAgent),
      errorCode: words(this.errorCode),
      region: words(this.region),
      recipientAccount: words(this.recipientAccount),
      vpcEndpoint: words(this.vpcEndpoint),
      flags: new Uint16Array(buffer, at, rows),
    };
    columns.flags.set(this.flags.subarray(0, rows));
    return columns;
  }
}
