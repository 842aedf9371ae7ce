/** A measured case: its confidence, and the share of it that is true, both from 0 to 1. */
type Case = { readonly confidence: number; readonly share: number };

/** The cases with a confidence in the same range, with their means. */
type ConfidenceBin = Case & {
  /** The lower end of the range. */
  readonly from: number;
  readonly cases: number;
};

/** The agreement of a confidence with the share of what is true. */
export type Calibration = {
  /** The ranges that have cases, lowest first. */
  readonly bins: readonly ConfidenceBin[];
  /** Expected calibration error: the mean difference between confidence and share, weighted by cases. */
  readonly error: number;
};

const BINS = 10;

/** Compares confidences with what is true, in ten ranges of the confidence. */
export function binConfidences(cases: readonly Case[]): Calibration {
  const bins = Array.from({ length: BINS }, (_bin, at) => fillBin(cases, at)).filter(
    (bin) => bin.cases > 0,
  );
  const error = bins.reduce(
    (sum, bin) => sum + bin.cases * Math.abs(bin.confidence - bin.share),
    0,
  );
  return { bins, error: cases.length === 0 ? 0 : error / cases.length };
}

function fillBin(cases: readonly Case[], at: number): ConfidenceBin {
  const own = cases.filter(
    ({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === at,
  );
  const mean = (read: (one: Case) => number) =>
    own.length === 0 ? 0 : own.reduce((sum, one) => sum + read(one), 0) / own.length;
  return {
    from: at / BINS,
    cases: own.length,
    confidence: mean((one) => one.confidence),
    share: mean((one) => one.share),
  };
}
