import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { crc32, zip } from "./zip";

it("sums as everybody does", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});

it("makes archives that others open", () => {
  const folder = mkdtempSync(join(tmpdir(), "rivulet-zip-"));
  const file = join(folder, "a.zip");
  writeFileSync(
    file,
    zip([
      { name: "Ä/one.txt", text: "eins" },
      { name: "Ä/two.json", text: "{}" },
    ]),
  );
  const script =
    "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), [(n, z.read(n).decode()) for n in z.namelist()])";
  const said = execFileSync("python3", ["-X", "utf8", "-c", script, file], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  expect(said.trim()).toBe("None [('Ä/one.txt', 'eins'), ('Ä/two.json', '{}')]");
});
