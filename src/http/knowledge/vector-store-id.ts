import { isVectorStoreId, type VectorStoreId } from "../../ids.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AppContext } from "../app-env.ts";

/** Reads the path's id. One that no store can have answers exactly like one that no store has. */
export function storeIdOf(c: AppContext): Result<VectorStoreId, Refusal> {
  const id = c.req.param("storeId") ?? "";
  return isVectorStoreId(id) ? ok(id) : err(notFound("vector store", id));
}
