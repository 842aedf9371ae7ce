import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { compatibilityPage } from "./docs/compatibility-page.ts";

// Writes the table of request properties again, after a schema changed.
const page = fileURLToPath(new URL("../docs/compatibility.md", import.meta.url).href);
writeFileSync(page, compatibilityPage());
