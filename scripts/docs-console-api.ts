import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { renderApiTypes } from "./docs/api-types.ts";

/** `npm run docs:types`: writes the types of the console's API client again, after a change to a route's schema. */
const file = fileURLToPath(new URL("../console/api/operations.ts", import.meta.url).href);
writeFileSync(file, renderApiTypes());
