import { z } from "zod";

/**
 * The schemas that the API description contains once, under a name, and refers to elsewhere. Add one with
 * `.register(COMPONENTS, { id: "UploadedFile" })`.
 */
export const COMPONENTS = z.registry<{ id: string }>();
