import { z } from "zod";

/**
 * The registry of schemas that the API description contains once, under a name, and refers to elsewhere. Add a schema
 * with `.register(COMPONENTS, { id: "UploadedFile" })`.
 */
export const COMPONENTS = z.registry<{ id: string }>();
