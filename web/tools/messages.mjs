/** Fails when the message catalogue does not say what the code says. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const catalogue = new URL("../src/locales/en.po", import.meta.url);
const before = readFileSync(catalogue, "utf8");
execFileSync("npx", ["lingui", "extract", "--clean", "--overwrite"], {
  stdio: ["ignore", "ignore", "inherit"],
});
const after = readFileSync(catalogue, "utf8");
if (after !== before) {
  writeFileSync(catalogue, before);
  console.error("messages: src/locales/en.po is out of date; run `npm run fix` and commit it.");
  process.exit(1);
}
