import { DurableObject } from "cloudflare:workers";

export class VectorStoreObject extends DurableObject<Env> {}
