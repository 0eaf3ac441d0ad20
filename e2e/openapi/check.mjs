// Reads an OpenAPI document from stdin and checks it against the specification's own schema.
// NODE_PATH does not lead ES modules, so the package is named by its directory.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const place = `${process.argv[2]}/@seriousme/openapi-schema-validator/index.js`;
const { Validator } = await import(pathToFileURL(place));
const validator = new Validator();
const result = await validator.validate(JSON.parse(readFileSync(0, "utf8")));
if (!result.valid) {
  console.error(JSON.stringify(result.errors, null, 1));
  process.exit(1);
}
console.log(`OpenAPI ${validator.version}`);
