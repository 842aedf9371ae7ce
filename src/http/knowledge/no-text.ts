import type { StoreFileView } from "../../knowledge/vector-store-types.ts";
import type { RefusalWithHeaders } from "../../refusal.ts";
import { pollHeaders } from "./vector-store-body.ts";

/** Makes the refusal to show the extracted text of a file of which none is stored, with the reason. */
export const refuseNoText = (file: StoreFileView): RefusalWithHeaders => ({
  code: "not_found",
  message: explainNoText(file),
  headers: pollHeaders(file.status),
});

function explainNoText({ id, status }: StoreFileView): string {
  switch (status) {
    case "in_progress":
      return `The text of ${id} is not extracted yet. Poll the file until its status is completed.`;
    case "completed":
      return `The text of ${id} is missing from the deployment's storage. Detach the file and attach it again.`;
    case "failed":
    case "cancelled":
      return `The file ${id} has no extracted text, because its status is ${status}.`;
  }
}
