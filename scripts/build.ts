/** `npm run build`: makes the static files of the service in `dist`, as wrangler.toml names it. */
import { readCommandLine } from "./local/command-line.ts";
import { BUILD } from "./local/commands.ts";
import { buildSite } from "./site/build-site.ts";

readCommandLine(BUILD, () => null);
await buildSite();
