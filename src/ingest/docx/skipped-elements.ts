/** Elements whose content is no text of the document. */
export const SKIPPED: ReadonlySet<string> = new Set([
  "mc:Fallback",
  "w:sdtPr",
  "w:sdtEndPr",
  "w:rubyPr",
  "w:smartTagPr",
  "w:customXmlPr",
  "w:tblPrChange",
  "w:trPrChange",
  "w:tcPrChange",
  "w:pPrChange",
  "w:rPrChange",
  "w:sectPrChange",
  "w:tblGrid",
]);
