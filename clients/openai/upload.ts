import { markdown, type World } from "../world.ts";

/** Uploads a Markdown file with the default test text. */
export const upload = async ({ openai }: World, name: string) =>
  openai.files.create({ file: await markdown(name), purpose: "assistants" });
