/** `npm run build`: makes the static files of the service in `dist`, as wrangler.toml names it. */
import { buildSite } from "./site/build-site.ts";

await buildSite();
