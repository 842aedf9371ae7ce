import { z } from "zod";

/**
 * Schemas that the API description prints once, under a name, and refers to from elsewhere. A schema enters by
 * `.register(COMPONENTS, { id: "UploadedFile" })`.
 */
export const COMPONENTS = z.registry<{ id: string }>();
