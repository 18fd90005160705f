// Reads and writes FLV (Adobe Flash Video File Format Specification 10.1, annex E), as far as the
// test picture needs it.

const AUDIO = 8;
const VIDEO = 9;
const SCRIPT = 18;
const TAG_HEADER_BYTES = 11;

/** The tags of a file: `{ type, timestamp (ms), body }`, in file order. */
export function parse(file) {
  const tags = [];
  let at = file.readUInt32BE(5) + 4;
  while (at + TAG_HEADER_BYTES <= file.length) {
    const size = file.readUIntBE(at + 1, 3);
    const timestamp = file.readUIntBE(at + 4, 3) | (file[at + 7] << 24);
    const body = file.subarray(at + TAG_HEADER_BYTES, at + TAG_HEADER_BYTES + size);
    tags.push({ type: file[at], timestamp, body });
    at += TAG_HEADER_BYTES + size + 4;
  }
  return tags;
}

/** The coded frames of a file, without headers: what packet type 1 marks for both AVC and AAC. */
export const videoFrames = (tags) => tags.filter((t) => t.type === VIDEO && t.body[1] === 1);
export const audioFrames = (tags) => tags.filter((t) => t.type === AUDIO && t.body[1] === 1);
export const sequenceHeaders = (tags) => tags.filter((t) => t.type !== SCRIPT && t.body[1] === 0);

/** A file of the given tags, ordered by time, video before audio. */
export function serialize({ metadata, headers, frames }) {
  const ordered = [...frames].sort((a, b) => a.timestamp - b.timestamp || b.type - a.type);
  const tags = [script(metadata), ...headers.map((t) => ({ ...t, timestamp: 0 })), ...ordered];
  const head = Buffer.from([0x46, 0x4c, 0x56, 1, 0b101, 0, 0, 0, 9, 0, 0, 0, 0]);
  return Buffer.concat([head, ...tags.flatMap(tagBytes)]);
}

function tagBytes({ type, timestamp, body }) {
  const head = Buffer.alloc(TAG_HEADER_BYTES);
  head[0] = type;
  head.writeUIntBE(body.length, 1, 3);
  head.writeUIntBE(timestamp & 0xffffff, 4, 3);
  head[7] = timestamp >>> 24;
  const back = Buffer.alloc(4);
  back.writeUInt32BE(TAG_HEADER_BYTES + body.length);
  return [head, body, back];
}

/** `onMetaData` as an AMF0 ECMA array of numbers and booleans. */
function script(metadata) {
  const entries = Object.entries(metadata);
  const count = Buffer.alloc(5);
  count[0] = 8;
  count.writeUInt32BE(entries.length, 1);
  const parts = [Buffer.from([2]), name("onMetaData"), count];
  for (const [key, value] of entries) parts.push(name(key), amf0(value));
  parts.push(Buffer.from([0, 0, 9]));
  return { type: SCRIPT, timestamp: 0, body: Buffer.concat(parts) };
}

function name(text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

function amf0(value) {
  if (typeof value === "boolean") return Buffer.from([1, value ? 1 : 0]);
  const out = Buffer.alloc(9);
  out.writeDoubleBE(value, 1);
  return out;
}
