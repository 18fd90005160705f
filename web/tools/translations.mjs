/**
 * Lists what the languages lack, and takes it in.
 *
 *   npm run translations -- missing de > words.txt    what German lacks, with the English words
 *   npm run translations -- fill de words.txt         the same file, translated
 *
 * A file has an area in brackets, then a line `id = words` for each message.
 */
import { readFileSync } from "node:fs";
import { AREAS, complaint, LANGUAGES, read, SOURCE, write } from "./catalogues.mjs";

const [command, language, file] = process.argv.slice(2);

function missing(languages) {
  for (const language of languages) {
    for (const area of Object.keys(AREAS)) {
      const known = read(area, language);
      const lacking = [...read(area, SOURCE)].filter(([id, words]) =>
        complaint(words, known.get(id), language),
      );
      if (lacking.length === 0) continue;
      console.log(languages.length > 1 ? `[${area}] ${language}` : `[${area}]`);
      for (const [id, words] of lacking) console.log(`${id} = ${words}`);
    }
  }
}

function fill(language, file) {
  const areas = new Map(Object.keys(AREAS).map((area) => [area, new Map()]));
  let area = "main";
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const heading = /^\[(\w+)\]/.exec(line)?.[1];
    if (heading) area = heading;
    const [, id, words] = /^(\S+) = (.+)$/.exec(line) ?? [];
    if (id) areas.get(area)?.set(id, words);
  }
  for (const [area, messages] of areas) {
    for (const id of write(area, language, messages)) console.error(`${area}: there is no message ${id}`);
  }
}

if (command === "missing") missing(language ? [language] : LANGUAGES);
else if (command === "fill" && LANGUAGES.includes(language) && file) fill(language, file);
else {
  console.error("translations: missing [language] | fill <language> <file>");
  process.exit(2);
}
