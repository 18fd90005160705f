/** A ZIP archive of a few small texts, stored as they are (APPNOTE.TXT of PKWARE, 4.3). */

export interface Member {
  /** With its folders, separated by `/`. */
  name: string;
  text: string;
}

/** UTF-8 in names. */
const FLAGS = 0x0800;
const VERSION = 20;
/** 1980-01-01: what is made has no time of its own. */
const DATE = 0x21;

export function zip(members: Member[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const files = members.map(({ name, text }) => ({ name: encoder.encode(name), data: encoder.encode(text) }));
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, data } of files) {
    const about = fields(crc32(data), data.length, name.length);
    const local = join([header(0x04034b50), about, words(0), name, data]);
    directory.push(join([header(0x02014b50, VERSION), about, words(0, 0, 0, 0), longs(0, offset), name]));
    parts.push(local);
    offset += local.length;
  }
  const central = join(directory);
  const end = join([
    longs(0x06054b50),
    words(0, 0, files.length, files.length),
    longs(central.length, offset),
    words(0),
  ]);
  return join([...parts, central, end]);
}

function header(signature: number, ...more: number[]): Uint8Array {
  return join([longs(signature), words(...more, VERSION, FLAGS, 0, 0, DATE)]);
}

function fields(crc: number, size: number, name: number): Uint8Array {
  return join([longs(crc, size, size), words(name)]);
}

function words(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 2));
  for (const [at, value] of values.entries()) view.setUint16(at * 2, value, true);
  return new Uint8Array(view.buffer);
}

function longs(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [at, value] of values.entries()) view.setUint32(at * 4, value, true);
  return new Uint8Array(view.buffer);
}

function join(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** CRC-32 (ITU-T V.42), bit by bit: the texts are a page long. */
export function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
