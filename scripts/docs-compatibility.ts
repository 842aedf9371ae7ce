import { writeFileSync } from "node:fs";

import { compatibilityPage } from "./docs/compatibility-page.ts";

// Writes the table of request properties again, after a schema changed.
writeFileSync(new URL("../docs/compatibility.md", import.meta.url), compatibilityPage());
