// Completes package-lock.json: a registry that does not carry a package's build for some other
// platform makes npm leave it out, and `npm ci` then refuses the file. What is added says which
// platform the package is for, as its name does, so that npm fetches it there and nowhere else.
import { readFileSync, writeFileSync } from "node:fs";

const SYSTEMS = ["android", "darwin", "freebsd", "linux", "openbsd", "netbsd", "sunos", "aix", "win32"];
const MACHINES = ["arm64", "arm", "x64", "ia32", "ppc64", "riscv64", "s390x", "loong64", "wasm32"];

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));

/** The platform a package's name speaks of. */
function platform(name) {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = MACHINES.filter((machine) => words.includes(machine));
  return { os: os.length > 0 ? os : ["wasi"], cpu: cpu.length > 0 ? cpu : ["none"] };
}

for (const known of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(known.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    lock.packages[place] ??= { version, dev: true, optional: true, ...platform(name) };
  }
}
const places = Object.keys(lock.packages).sort();
lock.packages = Object.fromEntries(places.map((place) => [place, lock.packages[place]]));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
