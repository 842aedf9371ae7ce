import { useRoute } from "preact-iso";

import { FileList } from "./file-list.tsx";
import { FileView } from "./file-view.tsx";

/** The files of a vector store, or one of them. */
export default function FilesPage() {
  const { file } = useRoute().params;
  return file ? <FileView key={file} fileId={file} /> : <FileList />;
}
