/**
 * Builds hls.js from the sources its package ships, without what our server never sends.
 *
 * The ready-made light build still carries an MPEG-TS demultiplexer, demultiplexers
 * for bare audio, a remultiplexer and AES in software. Our segments are fragmented
 * MP4 in the clear, so all of that is weight that every viewer would pay for.
 * What the sources import (`eventemitter3`, `url-toolkit`, `@svta/*`) is installed
 * at the versions that hls.js names.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const PACKAGE = new URL("../node_modules/hls.js/", import.meta.url);
const SOURCES = fileURLToPath(new URL("src/", PACKAGE));
const { version } = JSON.parse(readFileSync(new URL("package.json", PACKAGE), "utf8")) as { version: string };

/** Optional parts of hls.js, switched off as its own light build does. */
const OFF = [
  "ALT_AUDIO",
  "CMCD",
  "CONTENT_STEERING",
  "EME_DRM",
  "IFRAMES",
  "INTERSTITIALS",
  "M2TS_ADVANCED_CODECS",
  "MEDIA_CAPABILITIES",
  "SUBTITLES",
  "VARIABLE_SUBSTITUTION",
];

/** What the transmuxer offers for other containers; each stands for "does not recognise this". */
const OTHER_CONTAINERS = /\/(?:tsdemuxer|aacdemuxer|ac3-demuxer|mp3demuxer|mp4-remuxer)$/;
const CONFIG = `${SOURCES}config.ts`;
const TRANSMUXER = `${SOURCES}demux/transmuxer.ts`;
/** Controllers of timed metadata and of dropped frames, neither of which anybody here reads; hls.js does without. */
const UNUSED = /\/(?:id3-track-controller|fps-controller)$/;
/** Parts behind a flag whose own dependencies are not installed. */
const UNINSTALLED = /\/cmcd-controller$/;
const STUB = "\0rivulet:no-such-container";
const ABSENT = "\0rivulet:absent";

export function hlsFromSource(): Plugin {
  return {
    name: "rivulet:hls-from-source",
    enforce: "pre",
    config: () => ({
      define: {
        ...Object.fromEntries(OFF.map((flag) => [`__USE_${flag}__`, "false"])),
        __VERSION__: JSON.stringify(version),
        __IN_WORKER__: "false",
        __HLS_WORKER_BUNDLE__: "undefined",
      },
    }),
    resolveId(id, importer) {
      if (id === "hls.js/light") return `${SOURCES}exports-default.ts`;
      if (importer?.startsWith(SOURCES) && UNINSTALLED.test(id)) return STUB;
      if (importer === CONFIG && UNUSED.test(id)) return ABSENT;
      if (importer === TRANSMUXER && OTHER_CONTAINERS.test(id)) return STUB;
      return null;
    },
    load(id) {
      if (id === ABSENT) return "export default undefined;";
      if (id !== STUB) return null;
      const stub = "class Unrecognised { static probe() { return false; } }";
      return `${stub}\nexport default Unrecognised;\nexport const AC3Demuxer = Unrecognised;`;
    },
  };
}
