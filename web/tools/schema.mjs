/**
 * Writes `src/api/schema.ts` from the API's description, or fails when it says something else.
 *
 * The description is the one that the server's tests hold the server to
 * (`crates/server/tests/stories/snapshots`), so a field that a page reads and the
 * server does not send does not compile. `--check` changes nothing.
 */
import { readFileSync, writeFileSync } from "node:fs";

const DESCRIPTION = new URL(
  "../../crates/server/tests/stories/snapshots/stories__openapi__the_description_is_the_one_that_was_agreed_on.snap",
  import.meta.url,
);
const OUTPUT = new URL("../src/api/schema.ts", import.meta.url);

/** A snapshot is a head between two lines of dashes, and the text. */
function describedApi() {
  const text = readFileSync(DESCRIPTION, "utf8");
  return JSON.parse(text.slice(text.indexOf("\n---\n", 4) + 5));
}

const description = describedApi();

function comment(text, indent) {
  return text ? `${indent}/** ${text.replace(/\s*\n\s*/g, " ")} */\n` : "";
}

/** A parameter may name a type that nothing else speaks of, and that is not described then. */
function named(name) {
  return name in description.components.schemas ? name : "string";
}

const NAMES = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
};

function typeOf(schema, indent = "") {
  if (schema.$ref) return named(schema.$ref.replace("#/components/schemas/", ""));
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return union(choices.map((choice) => typeOf(choice, indent)));
  if (schema.allOf) return schema.allOf.map((part) => typeOf(part, indent)).join(" & ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)));
  // Whatever JSON there is.
  if (schema.type === undefined) return "unknown";
  const types = [schema.type].flat();
  return union(types.map((type) => plainType({ ...schema, type }, indent)));
}

function plainType(schema, indent) {
  if (schema.type === "array") return `Array<${typeOf(schema.items, indent)}>`;
  if (schema.type === "object") return objectType(schema, indent);
  const name = NAMES[schema.type];
  if (!name) throw new Error(`schema: no type for ${JSON.stringify(schema)}`);
  return name;
}

function union(types) {
  return [...new Set(types)].join(" | ");
}

function objectType({ properties, required = [], additionalProperties }, indent) {
  if (!properties) {
    return `Record<string, ${typeof additionalProperties === "object" ? typeOf(additionalProperties, indent) : "unknown"}>`;
  }
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) ? "" : "?";
    return `${comment(schema.description, inner)}${inner}${name}${optional}: ${typeOf(schema, inner)};\n`;
  });
  return `{\n${fields.join("")}${indent}}`;
}

const METHODS = ["get", "post", "put", "patch", "delete"];

/** The JSON of a body or an answer; `undefined` where there is none or it is something else. */
function jsonOf(content = {}) {
  return Object.entries(content).find(([kind]) => /^application\/(merge-patch\+)?json$/.test(kind))?.[1]
    .schema;
}

/** The answer that says yes: its type, or nothing for one without a body. */
function answerOf(responses = {}) {
  const [, good] = Object.entries(responses).find(([status]) => status.startsWith("2")) ?? [];
  if (!good) return undefined;
  const schema = jsonOf(good.content);
  if (schema) return typeOf(schema, "    ");
  return good.content ? undefined : "undefined";
}

function queryOf(parameters = []) {
  const fields = parameters.filter((parameter) => parameter.in === "query");
  if (fields.length === 0) return "";
  const types = fields.map(({ name, schema }) => `${name}?: ${typeOf({ ...schema }, "    ")}`);
  return `    query: { ${types.join("; ")} };\n`;
}

/** What each method at each path takes and answers, where that is JSON or nothing. */
function calls(paths) {
  const lines = Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const operation = methods[method];
      const answer = answerOf(operation?.responses);
      if (!answer) return [];
      const body = jsonOf(operation.requestBody?.content);
      const taken = body ? `    body: ${typeOf(body, "    ")};\n` : "";
      const name = JSON.stringify(`${method.toUpperCase()} ${path}`);
      const inner = `${queryOf(operation.parameters)}${taken}    answer: ${answer};\n`;
      return [`${comment(operation.summary, "  ")}  ${name}: {\n${inner}  };\n`];
    }),
  );
  return `/** What each method at each path takes and answers. */\nexport interface Calls {\n${lines.join("")}}\n`;
}

function render({ paths, components }) {
  const types = Object.entries(components.schemas).map(
    ([name, schema]) => `${comment(schema.description, "")}export type ${name} = ${typeOf(schema)};\n`,
  );
  const head = "/** The types of the server's API. `npm run fix` writes them from its description. */\n";
  return [head, calls(paths), ...types].join("\n");
}

const text = render(description);
if (!process.argv.includes("--check")) writeFileSync(OUTPUT, text);
else if (readFileSync(OUTPUT, "utf8") !== text) {
  console.error("schema: src/api/schema.ts is not what the API's description says; run `npm run fix`.");
  process.exit(1);
}
