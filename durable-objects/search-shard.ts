import { DurableObject } from "cloudflare:workers";

export class SearchShardObject extends DurableObject<Env> {}
