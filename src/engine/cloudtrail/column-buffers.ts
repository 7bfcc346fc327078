/**
 * Growing typed arrays for the rows of one file.
 *
 * Guarantee: `finish` gives arrays of exactly `count` rows that own their buffers, so that they can be transferred.
 */
import { grown } from './grown';

export class ColumnBuffers {
  count = 0;
  time = new Float64Array(256);
  start = new Float64Array(256);
  length = new Uint32Array(256);
  eventId = new Uint32Array(1024);
  requestId = new Uint32Array(512);
  caller = new Uint32Array(256);
  action = new Uint32Array(256);
  sourceAddress = new Uint32Array(256);
  userAgent = new Uint32Array(256);
  errorCode = new Uint32Array(256);
  region = new Uint32Array(256);
  recipientAccount = new Uint32Array(256);
  vpcEndpoint = new Uint32Array(256);
  flags = new Uint16Array(256);

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
    return {
      count: rows,
      time: this.time.slice(0, rows),
      start: this.start.slice(0, rows),
      length: this.length.slice(0, rows),
      eventId: this.eventId.slice(0, rows * 4),
      requestId: this.requestId.slice(0, rows * 2),
      caller: this.caller.slice(0, rows),
      action: this.action.slice(0, rows),
      sourceAddress: this.sourceAddress.slice(0, rows),
      userAgent: this.userAgent.slice(0, rows),
      errorCode: this.errorCode.slice(0, rows),
      region: this.region.slice(0, rows),
      recipientAccount: this.recipientAccount.slice(0, rows),
      vpcEndpoint: this.vpcEndpoint.slice(0, rows),
      flags: this.flags.slice(0, rows),
    };
  }
}
