/** Fails when the message catalogues do not say what the code says, or a language lacks a message. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { AREAS, complaint, fileOf, LANGUAGES, read, SOURCE } from "./catalogues.mjs";

const areas = Object.keys(AREAS);
const catalogues = areas.flatMap((area) => [SOURCE, ...LANGUAGES].map((language) => fileOf(area, language)));
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

const complaints = areas.flatMap((area) =>
  LANGUAGES.flatMap((language) => {
    const known = read(area, language);
    return [...read(area, SOURCE)].flatMap(([id, words]) => {
      const wrong = complaint(words, known.get(id), language);
      return wrong ? [`${language}: ${id} ${wrong}`] : [];
    });
  }),
);
if (complaints.length > 0) {
  console.error(complaints.join("\n"));
  console.error(
    `messages: ${complaints.length} translations are not right; see "Languages" in web/README.md.`,
  );
  process.exit(1);
}
