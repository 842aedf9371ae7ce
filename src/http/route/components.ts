import { z } from "zod";

/**
 * Schemas that the API description prints once, under a name, and references elsewhere. Add a schema with
 * `.register(COMPONENTS, { id: "UploadedFile" })`.
 */
export const COMPONENTS = z.registry<{ id: string }>();
