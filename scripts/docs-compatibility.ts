import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { compatibilityPage } from "./docs/compatibility-page.ts";

// `npm run docs:compatibility`: rewrites the table of request properties after a change of a schema.
const page = fileURLToPath(new URL("../docs/compatibility.md", import.meta.url).href);
writeFileSync(page, compatibilityPage());
