import { seededRandom } from "../../crash-fuzz/random.ts";
import {
  type Claim,
  CLAIM_LANGUAGES,
  type ClaimLanguage,
  FALSE_KINDS,
  type FalseKind,
  type Half,
  HALVES,
  type HumanAnswer,
  type SourceDocument,
} from "./claim.ts";
import { editLightly, editSentence } from "./edits/edit-sentence.ts";
import { divideHalves } from "./halves.ts";
import { listPassages, pickClaims } from "./pick-sentences.ts";
import { shuffle, type TrueSentence } from "./swaps/sentence.ts";
import { SWAPS } from "./swaps/swaps.ts";
import { FRESH_WORDINGS } from "./wordings/fresh-wordings.ts";
import { KEPT_WORDINGS } from "./wordings/kept-wordings.ts";
import { TUNING_WORDINGS } from "./wordings/tuning-wordings.ts";
import type { Wordings } from "./wordings/wordings.ts";

/** The texts from which claims are made. */
export type ClaimSources = {
  readonly documents: readonly SourceDocument[];
  readonly answers: readonly HumanAnswer[];
};

/** Number of claims in each half. */
type ClaimCounts = {
  /** True sentences of human answers at most. */
  readonly human: number;
  /** True claims in all; edited copies are made up to this number. */
  readonly true: number;
  readonly false: number;
};

/** The number of claims that `npm run eval:claims` makes in each half. */
const CLAIM_COUNTS: ClaimCounts = { human: 150, true: 500, false: 500 };

type HalfWordings = Readonly<Record<Half, Wordings>>;

/** The wordings of each half, and those with which the tuning half stands in for the kept one. */
const WORDINGS: Readonly<Record<"own" | "fresh", HalfWordings>> = {
  own: { tuning: TUNING_WORDINGS, kept: KEPT_WORDINGS },
  fresh: { tuning: FRESH_WORDINGS, kept: KEPT_WORDINGS },
};
/** Share of each language in the claims, where its texts have enough sentences. */
const SHARES: Readonly<Record<ClaimLanguage, number>> = { en: 0.4, de: 0.22, zh: 0.2, th: 0.18 };
/** Share of the false claims that are also written in other words. */
const EDITED_SHARE = 0.35;
const HANDBOOK_WEIGHT = 6;
const CLAIMS_A_PASSAGE = 2;
const CLAIMS_AN_ANSWER = 2;

/** A sentence of a passage with all that its claims need. */
type Base = TrueSentence & Pick<Claim, "key" | "source" | "half">;

/**
 * Makes true and false claims of documents and of human answers: the same for the same sources and seed. Each half has
 * documents and wordings of its own.
 */
export function makeClaims(
  sources: ClaimSources,
  seed: string,
  counts = CLAIM_COUNTS,
  wordings: "own" | "fresh" = "own",
): Claim[] {
  const halfOf = divideHalves(
    [...sources.documents, ...sources.answers].map(({ key }) => key),
    seed,
  );
  return HALVES.flatMap((half) => {
    const documents = sources.documents.filter(({ key }) => halfOf.get(key) === half);
    const answers = sources.answers.filter(({ key }) => halfOf.get(key) === half);
    const bases = listBases(documents, half, WORDINGS[wordings][half]);
    const human = makeHuman(answers, half, seed).slice(0, counts.human);
    const edited = makeEdited(bases, counts.true - human.length, seed);
    return [...human, ...edited, ...makeFalse(bases, counts.false, seed)];
  });
}

/** The handbook is small beside the articles: its sentences come earlier. */
const weigh = ({ source }: Base): number => (source === "handbook" ? HANDBOOK_WEIGHT : 1);

function listBases(documents: readonly SourceDocument[], half: Half, wordings: Wordings): Base[] {
  return listPassages(documents).flatMap(({ document, passage, sentences }) =>
    sentences.map((text) => ({
      text,
      passages: [passage],
      others: sentences.filter((other) => other !== text),
      language: document.language,
      wordings: wordings[document.language],
      key: document.key,
      source: document.source,
      half,
    })),
  );
}

function makeHuman(answers: readonly HumanAnswer[], half: Half, seed: string): Claim[] {
  const claims = answers.flatMap(({ key, text, passages }) =>
    shuffle(pickClaims({ text }), seededRandom(`${seed} human ${text}`))
      .slice(0, CLAIMS_AN_ANSWER)
      .map((sentence): Claim => ({
        text: sentence,
        original: sentence,
        passages,
        key,
        source: "mtrag",
        language: "en",
        half,
        kind: "human",
      })),
  );
  return shuffle(claims, seededRandom(`${seed} humans`));
}

function makeEdited(bases: readonly Base[], count: number, seed: string): Claim[] {
  const make = (base: Base) => {
    const random = seededRandom(`${seed} edited ${base.key} ${base.text}`);
    const text = editSentence(base, random);
    return text === null ? null : toClaim(base, text, "edited");
  };
  const ordered = shuffle(bases, seededRandom(`${seed} edited`), weigh);
  return fill((language) => pickInOrder(ordered, language, make), count);
}

function makeFalse(bases: readonly Base[], count: number, seed: string): Claim[] {
  const claims: Claim[] = [];
  for (const [at, kind] of FALSE_KINDS.entries()) {
    // Kinds that have too few sentences leave their part to the ones after them.
    const wanted = Math.round((count - claims.length) / (FALSE_KINDS.length - at));
    const make = (base: Base) => makeFalseOf(base, kind, seed);
    const ordered = shuffle(bases, seededRandom(`${seed} ${kind}`), weigh);
    claims.push(...fill((language) => pickInOrder(ordered, language, make), wanted));
  }
  return claims;
}

function makeFalseOf(base: Base, kind: FalseKind, seed: string): Claim | null {
  const random = seededRandom(`${seed} ${kind} ${base.key} ${base.text}`);
  const swapped = SWAPS[kind](base, random);
  if (swapped === null || swapped === base.text) return null;
  const isEdited = random() < EDITED_SHARE;
  const text = isEdited ? editLightly({ ...base, text: swapped }, random) : swapped;
  return toClaim(base, text, kind);
}

const toClaim = (base: Base, text: string, kind: Claim["kind"]): Claim => ({
  text,
  original: base.text,
  passages: base.passages,
  key: base.key,
  source: base.source,
  language: base.language,
  half: base.half,
  kind,
});

/** Yields claims of one language from sentences in order, at most a few of each passage. */
function* pickInOrder(
  bases: readonly Base[],
  language: ClaimLanguage,
  make: (base: Base) => Claim | null,
): Generator<Claim> {
  const taken = new Map<unknown, number>();
  for (const base of bases) {
    const [passage] = base.passages;
    const count = taken.get(passage) ?? 0;
    if (base.language !== language || count >= CLAIMS_A_PASSAGE) continue;
    const claim = make(base);
    if (!claim) continue;
    taken.set(passage, count + 1);
    yield claim;
  }
}

/** Takes `count` claims, divided among the languages. English fills what another language lacks. */
function fill(pick: (language: ClaimLanguage) => Iterator<Claim>, count: number): Claim[] {
  const picked = CLAIM_LANGUAGES.map((language) => ({ language, claims: pick(language) }));
  const taken = picked.flatMap(({ language, claims }) =>
    take(claims, Math.floor(count * SHARES[language])),
  );
  for (const { claims } of picked) taken.push(...take(claims, count - taken.length));
  return taken;
}

/** Takes the next `count` claims, fewer if there are no more. The iterator can be continued after them. */
function take(claims: Iterator<Claim>, count: number): Claim[] {
  const taken: Claim[] = [];
  while (taken.length < count) {
    const next = claims.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}
