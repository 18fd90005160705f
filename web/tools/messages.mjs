/** Fails when the message catalogues do not say what the code says. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const catalogues = ["en.po", "pages/en.po", "chat/en.po"].map(
  (name) => new URL(`../src/locales/${name}`, import.meta.url),
);
const before = catalogues.map((catalogue) => readFileSync(catalogue, "utf8"));
execFileSync("npx", ["lingui", "extract", "--clean", "--overwrite"], {
  stdio: ["ignore", "ignore", "inherit"],
});
const after = catalogues.map((catalogue) => readFileSync(catalogue, "utf8"));
if (after.some((text, index) => text !== before[index])) {
  catalogues.forEach((catalogue, index) => {
    writeFileSync(catalogue, before[index] ?? "");
  });
  console.error("messages: src/locales is out of date; run `npm run fix` and commit it.");
  process.exit(1);
}
