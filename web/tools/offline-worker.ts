/** Builds `/sw.js`: the worker as it is written, with a hash of the files that it keeps. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";

const WORKER = "src/app/offline/worker.js";
const KEPT = ["public/offline.html", "public/offline.css", "public/offline.js"];

export function offlineWorker(): Plugin {
  let root = "";
  return {
    name: "rivulet:offline-worker",
    apply: "build",
    configResolved(config) {
      root = config.root;
    },
    async generateBundle() {
      const hash = createHash("sha256");
      for (const file of KEPT) hash.update(await readFile(join(root, file)));
      const worker = await readFile(join(root, WORKER), "utf8");
      const source = worker.replace("__HASH__", hash.digest("hex").slice(0, 16));
      this.emitFile({ type: "asset", fileName: "sw.js", source });
    },
  };
}
