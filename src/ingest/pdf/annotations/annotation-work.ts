import type { Buffer } from "node:buffer";

import {
  isArray,
  isDict,
  type PdfDict,
  type PdfValue,
  readRef,
} from "../syntax/parse-pdf-value.ts";
import { isStream, type PdfObjects } from "../syntax/pdf-objects.ts";
import { findBody } from "../syntax/read-pdf-stream.ts";

/** Maximum number of annotations and form fields of a file: about half a second of work for the PDF library. */
const ANNOTATIONS_MAX = 10_000;
/** The appearances of an annotation for its states are in dictionaries within each other. */
const LEVELS_MAX = 4;

/**
 * Tests whether the PDF library can read the annotations and form fields of a file with little work. It would draw
 * their appearances, each of which may be a page of its own, so these are overwritten in `file`: values and comments
 * are not in them.
 */
export function canReadAnnotations(file: Buffer, objects: PdfObjects): boolean {
  if (objects.hasSharedAnnotations) return false;
  const annotations = objects.annotationLists.reduce<number>(
    (sum, list) => sum + countItems(objects, list),
    0,
  );
  if (annotations > ANNOTATIONS_MAX) return false;
  const seen = new Set<number>();
  return objects.appearances.every((appearance) => overwrite(file, objects, appearance, seen, 0));
}

/** Steps of work for the PDF library to read an annotation. */
const STEPS_AN_ANNOTATION = 100;

/**
 * Returns the steps of work for the PDF library to read the annotations of a page, whose content takes `steps`: it may
 * run the content a second time, for the text under highlights.
 */
export function countAnnotationSteps(objects: PdfObjects, page: PdfDict, steps: number): number {
  const list = page.get("Annots");
  return list === undefined ? 0 : steps + countItems(objects, list) * STEPS_AN_ANNOTATION;
}

function countItems(objects: PdfObjects, list: PdfValue): number {
  const lengths = objects
    .resolve(list)
    .map((found) => (!isStream(found) && isArray(found) ? found.length : 0));
  return Math.max(0, ...lengths);
}

/** Returns false if an appearance cannot be found, so that the PDF library might draw it. */
function overwrite(
  file: Buffer,
  objects: PdfObjects,
  value: PdfValue,
  seen: Set<number>,
  level: number,
): boolean {
  const ref = readRef(value);
  if (ref !== null) {
    if (seen.has(ref)) return true;
    seen.add(ref);
  }
  const found = objects.resolve(value);
  if (level > LEVELS_MAX || (ref !== null && found.length === 0)) return false;
  return found.every((object) => {
    if (isStream(object)) {
      const { start, end } = findBody(file, objects, object);
      file.fill(0, start, end);
      return true;
    }
    if (!isDict(object)) return true;
    return [...object.values()].every((member) =>
      overwrite(file, objects, member, seen, level + 1),
    );
  });
}
