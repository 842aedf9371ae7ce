import type { LanguageWordings } from "../wordings.ts";
import { FRESH_ENGLISH_SYNONYMS } from "./english-synonyms.ts";

/** The English wordings that stand in for those of the kept half while rules are tuned. */
export const FRESH_ENGLISH: LanguageWordings = {
  false: {
    unit: `
      days? => fortnights
      years? => decades
      hours? => seconds
      weeks? => quarters
      kilomet(?:re|er)s? => yards
      miles? => inches
      percent|per cent => per mille
      million => thousand
      thousand => hundred
      dollars? => yen`,
    negation: `
      (is|are|was|were)(?! not| no|n't|,) => $1 by no means
      (is|are|was|were)(?! not| no|n't|,) => $1 far from
      (is|are|was|were|has|have|had|could|would)(?! not| no |n't|,) => $1n't
      (has|have) been => $1 yet to be
      can(?! not|not| no) => is unable to
      (had|has|have)(?= (?:a|an|the|its|their) ) => $1 never had
      often => at no time
      also => nowhere
      with(?= a | an | the ) => in the absence of
      (could|would|did|does|do) not => $1
      (?<=[a-z])n't =>
      unable to => able to
      failed to => managed to
      unlike => like
      ineffective => effective
      unknown => known
      lacks? => has`,
    comparison: `
      more than(?! one) => not even
      more than => at most
      less than => in excess of
      over(?= [\\d$€£]) => just short of
      larger <=> tinier
      largest => tiniest
      higher => less elevated
      highest => bottommost
      more(?= \\p{L}+ than) => less
      most(?= (?:important|common|popular|expensive|powerful|successful|famous|recent|widely)) => least
      more(?= (?:important|common|popular|expensive|powerful|successful|complex|recent|efficient|likely)) => less
      greater(?! \\p{Lu}) => lesser
      longest <=> briefest
      oldest <=> newest
      earliest => most recent
      first(?! of) => last
      better <=> inferior
      best => poorest
      strong(er|est)? => feeble
      rapidly => gradually
      quickly => at a snail's pace
      wealthy => destitute
      expensive => inexpensive
      common => scarce
      major => trivial
      larger than => dwarfed by
      exceeded => fell below
      exceeds => falls below
      similar => dissimilar
      heavily => lightly
      widely => narrowly
      densely => sparsely
      superior => second-rate
      tallest <=> shortest
      deeper => more superficial
      bright => dim
      warm <=> chilly
      simple => intricate
      difficult => effortless
      broad => narrow
      modern => antiquated
      powerful => powerless
      abundant => meagre
      frequently => infrequently
      twice => half
      large(?! part| number) => minuscule
      huge => minute
      majority => minority`,
    quantifier: `
      (?<!not |at )all(?! of| along| but) => a handful of
      every(?! \\d) => not a single
      some(?! of) => virtually all
      many => hardly any
      most(?= of ) => none
      several => no
      both(?= \\p{L}+ and) => only one of
      always => now and then
      usually => on rare occasions
      often => invariably
      entire => a part of the
      only => not only
      mainly => solely
      primarily => exclusively
      each(?! other) => no
      generally => without exception
      few => countless
      various => only one
      numerous => scarcely any`,
    direction: `
      grew <=> dwindled
      rose => plunged
      fell => soared
      increased => diminished
      decline[ds]? => upswing
      growth => contraction
      expand(?:ed)? => shrank
      reduc(?:es|ed|e) => heightened
      gain(?:ed)? => forfeited
      improved => deteriorated
      rising => dwindling
      raised => brought down
      before(?! that) => in the wake of
      after(?! all) => in the run-up to
      prior to => subsequent to
      following(?= the) => ahead of
      since => up until
      until => from
      preceded => succeeded
      began(?! to| as| with) => ceased
      opened => shut down
      founded => disbanded
      established => dissolved
      started(?! to) => wound up
      ended => commenced
      launched => scrapped
      introduced => withdrew
      arrived => departed
      arrival => departure
      entered => exited
      joined => quit
      left(?= the) => entered
      import(?:s|ed) => shipped abroad
      bought => sold off
      sold => bought up
      won(?= the) => lost
      lost => won
      victory => defeat
      accepted => turned down
      approved => vetoed
      rejected => embraced
      supported => opposed
      opposed => championed
      allowed => hindered
      built => tore down
      created => destroyed
      destroyed => rebuilt
      attacked => defended
      included => left out
      includes? => omits
      added => subtracted
      connects? => separates
      united => divided
      above => beneath
      inside => outside
      upper => lower
      inner => outer
      northern => southernmost
      eastern => westernmost
      western => easternmost
      north of => to the south of
      east of => to the west of
      left <=> right
      forward => backwards
      ancestors? => descendants
      parents? => children
      teachers? => pupils
      borrowed => lent
      receives? => gives away
      received => handed out
      gave => took
      sent => received
      absorb(?:s|ed)? => emits
      produc(?:es|ed) => consumed
      attract(?:s|ed)? => repelled
      hot(?:ter)? => cold
      success => failure
      succeeded => failed
      advantages? => drawbacks
      benefits? => drawbacks
      cause[ds]? => prevented
      appeared => vanished
      promoted => demoted
      strengthen(?:s|ed) => weakened
      legal => unlawful
      legalized => outlawed
      encourag(?:es|ed) => discouraged
      friends? => enemies
      peace => war
      allies => foes
      private => state-run
      domestic => foreign
      internal => external
      birth => death
      born => buried
      died => was born
      day => night
      ancient => contemporary
      positive => adverse
      accelerat(?:es|ed) => slowed
      ascend(?:s|ed) => descended
      liberal => conservative
      religious => secular
      male <=> female
      summer <=> winter
      morning <=> evening`,
    modality: `
      may(?! not| have| \\d) => is obliged to
      can(?! not|not) => is compelled to
      could(?! not|n't) => had no choice but to
      must(?! not| have) => is at liberty to
      must(?! not| have) => might
      should(?! not) => under no obligation to
      (?<!not |n't )ha(?:s|ve|d) to => is entitled to
      might(?! not) => is sure to
      will(?! not) => may conceivably
      would(?! not) => might possibly
      allowed to => forbidden to
      permitted => banned
      required to => welcome to
      needs? to => is free to
      possible => inevitable
      likely => certain
      necessary => superfluous
      mandatory => discretionary
      probably => undoubtedly
      perhaps => certainly
      usually => necessarily
      able to => forced to
      forced to => free to
      tends? to => is bound to
      optional => obligatory
      suggests? => proves
      believed to => proven to
      considered => proven
      expected to => guaranteed to
      planned to => refused to
      tried to => managed to
      attempt(?:s|ed)? to => succeeded in`,
  },
  names: [
    "Portugal|Greece|Hungary|Finland|Thailand|Vietnam|Peru|Chile|Argentina|Morocco|Algeria|Nigeria|Ukraine|Romania|Croatia|Jamaica|Cuba|Nepal",
    "Lisbon|Athens|Budapest|Helsinki|Bangkok|Hanoi|Lima|Santiago|Lagos|Kyiv|Bucharest|Zagreb|Seattle|Denver|Houston|Montreal|Munich|Milan",
    "Portuguese|Greek|Hungarian|Finnish|Thai|Korean|Peruvian|Moroccan|Nigerian|Ukrainian|Romanian|Croatian",
    "Henrietta Falk|Oscar Bellweather|Ingrid Maartens|Samuel Quist|Beatrice Lowell",
  ],
  subjects: [
    "the ministry|an external auditor|the parent company|the local council|the orchestra",
    "the trainees|pensioners|its suppliers|the tenants|the reviewers",
  ],
  synonyms: FRESH_ENGLISH_SYNONYMS,
  prefixes: "The document states that |Based on the passage, |In essence, ",
  rewritings: ["group", "digits", "expand", "era", "other-date"],
  changes: "shift",
};
