import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { renderCompatibilityPage } from "./docs/compatibility-page.ts";

/** `npm run docs:compatibility`: writes docs/compatibility.md again, after a change to a request's schema. */
const page = fileURLToPath(new URL("../docs/compatibility.md", import.meta.url).href);
writeFileSync(page, renderCompatibilityPage());
