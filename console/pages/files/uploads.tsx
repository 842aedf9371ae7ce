import { useRef, useState } from "preact/hooks";

import { Icon } from "../../parts/icon.tsx";
import { Name, Words } from "../../parts/text.tsx";
import {
  addUploads,
  clearUploads,
  type DroppedFile,
  isOpen,
  retryUpload,
  stopUpload,
  type Upload,
  uploads,
} from "../../state/uploads.ts";
import { formatBytes } from "../../state/words.ts";
import { readDrop } from "./read-drop.ts";

const SHOWN_MAX = 8;

/** The place to drop files and folders, and the progress of what was dropped. */
export function Uploads({ storeId }: { storeId: string }) {
  const [isOver, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const add = (dropped: readonly DroppedFile[]) => addUploads(dropped, storeId);
  return (
    <section
      aria-label="Upload"
      class={`drop ${isOver ? "is-over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer) void readDrop(event.dataTransfer).then(add);
      }}
    >
      <div class="row">
        <span>Drop files or folders here, or</span>
        <button type="button" class="button small" onClick={() => files.current?.click()}>
          <Icon name="upload" size={16} /> Choose files
        </button>
        <button type="button" class="button small" onClick={() => folder.current?.click()}>
          Choose a folder
        </button>
      </div>
      <Picker input={files} label="Files to upload" onPick={add} />
      <Picker input={folder} label="Folder to upload" isFolder onPick={add} />
      <UploadList />
    </section>
  );
}

type PickerProps = {
  readonly input: { current: HTMLInputElement | null };
  readonly label: string;
  readonly isFolder?: boolean;
  readonly onPick: (files: readonly DroppedFile[]) => void;
};

const Picker = ({ input, label, isFolder = false, onPick }: PickerProps) => (
  <input
    ref={input}
    type="file"
    multiple
    hidden
    aria-label={label}
    {...(isFolder && { webkitdirectory: true })}
    onChange={({ currentTarget }) => {
      const picked = Array.from(currentTarget.files ?? [], (file) => ({
        file,
        path: file.webkitRelativePath || file.name,
      }));
      onPick(picked);
      currentTarget.value = "";
    }}
  />
);

function UploadList() {
  const all = uploads.value;
  if (all.length === 0) return null;
  const open = all.filter(isOpen).length;
  const shown = [...new Set([...all.filter(({ state }) => state !== "done"), ...all])];
  return (
    <div class="stack upload-box">
      <div class="row">
        <span role="status">
          {open === 0 ? "All uploads have ended" : `${open} of ${all.length} still to upload`}
        </span>
        {open < all.length && (
          <button type="button" class="button quiet small" onClick={clearUploads}>
            Clear
          </button>
        )}
      </div>
      <ul class="uploads">
        {shown.slice(0, SHOWN_MAX).map((upload) => (
          <UploadRow key={upload.key} upload={upload} />
        ))}
      </ul>
      {shown.length > SHOWN_MAX && <p class="soft small">… and {shown.length - SHOWN_MAX} more</p>}
    </div>
  );
}

const STATES: Readonly<Record<Upload["state"], string>> = {
  waiting: "Waiting",
  sending: "Uploading",
  attaching: "Attaching",
  done: "Uploaded",
  broken: "Broken off: it is sent again by itself",
  failed: "Failed",
  stopped: "Stopped",
};

const CAN_RETRY: ReadonlySet<Upload["state"]> = new Set(["broken", "failed", "stopped"]);

function UploadRow({ upload }: { upload: Upload }) {
  const { path, state, share, error, file } = upload;
  return (
    <li class="upload">
      <Name of={path} />
      <span class="row small">
        <span class="soft">
          {STATES[state]}
          {state === "sending" && ` ${Math.floor(share * 100)} % of ${formatBytes(file.size)}`}
        </span>
        {isOpen(upload) && (
          <button type="button" class="button quiet small" onClick={() => stopUpload(upload)}>
            Stop
          </button>
        )}
        {CAN_RETRY.has(state) && (
          <button type="button" class="button small" onClick={() => retryUpload(upload)}>
            <Icon name="retry" size={16} /> Try again
          </button>
        )}
      </span>
      {isOpen(upload) && state !== "broken" && (
        <progress value={share} aria-label={`Progress of ${path}`} />
      )}
      {error !== null && (
        <p class="reason small">
          <Words of={error.message} />
        </p>
      )}
    </li>
  );
}
