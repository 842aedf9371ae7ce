/*
 * Wordings of the half that is kept aside. Nobody who tunes the rules reads this file, nor a claim that is made with it.
 */
import type { LanguageWordings } from "../wordings.ts";

/** The English wordings of the half that is kept aside. */
export const KEPT_ENGLISH: LanguageWordings = {
  false: {
    unit: `
      days? => months
      weeks? => years
      hours? => days
      years? => decades
      months? => weeks
      minutes? => seconds
      kilomet(?:re|er)s? => miles
      met(?:re|er)s? => kilometres
      feet => inches
      percent|per cent => per mille
      thousand => million
      million => thousand
      billion => trillion
      pounds => tonnes
      euros? => pounds
      dollars => cents
      characters => words
      acres => square miles
      bikes? => cars`,
    negation: `
      is(?! not| no |,| never) => isn't
      are(?! not| no |,| never) => are never
      was(?! not| no |,| never) => was never
      were(?! not| no |,| never) => weren't
      has been => has never been
      have been => haven't been
      can(?! not) => can't
      will(?! not) => won't
      should(?! not) => shouldn't
      includes => does not include
      contains => doesn't contain
      provides => does not provide
      requires => does not require
      allows => does not allow
      included => excluded
      made => never made
      took => failed to take
      led to => did not lead to
      (does|do|did|is|are|was|were)n't => $1
      does not => does
      no one => everyone
      (?<!almost |nearly )always => not always
      known => unknown
      able => unable
      possible => impossible
      nothing => everything
      neither => both
      lacks? => has`,
    comparison: `
      bigger => smaller
      stronger => weaker
      strongest => weakest
      wider => narrower
      earliest => latest
      latest => earliest
      newest => oldest
      (?<!one of the )largest => second largest
      richest => poorest
      fastest => slowest
      majority => minority
      minority => majority
      maximum => minimum
      minimum => maximum
      more(?= \\p{L}+ly| important| common| likely| than) => less
      more(?= \\p{L}+s ) => fewer
      less(?= than) => more
      longer than => less than
      at most => no fewer than
      at least => no more than
      up to(?= (?:\\d|[€$£])) => no less than
      later(?= than) => earlier
      fewer => more
      major => minor
      (?<!not )equal to => greater than
      higher than => equal to
      older than => younger than
      most of(?! all) => a minority of
      largely => hardly
      primary => secondary`,
    quantifier: `
      all(?= \\p{L}+s ) => hardly any
      every => not every
      (?<!at |n[o'][^.]* |never [^.]*|without [^.]*|if [^.]*)any => only one
      some of => every one of
      often => never
      usually => never
      generally => invariably
      sometimes => always
      always => only occasionally
      never => sometimes
      numerous => hardly any
      various => all
      one of the => the only one of the
      a number of => all
      mainly => exclusively
      mostly => exclusively
      primarily => solely
      typically => invariably
      entirely => only partly
      completely => only partly
      the only => one of several
      rarely => regularly
      a few => countless
      many => hardly any
      most of => none of
      half of => all of
      anyone => no one
      everybody => hardly anybody
      multiple => no
      two of => none of`,
    direction: `
      rose => fell
      grew => shrank
      gained => lost
      declined => grew
      decline => growth
      growth => decline
      reduced? => raised
      reduction => rise
      upper => lower
      inside => outside
      outside => inside
      prior to => following
      following the => prior to the
      until => since
      since(?= \\d| the) => until
      opened => closed
      closed => opened
      top => bottom
      (?<!the )beginning => end
      bought => sold
      sold => bought
      won => lost
      lost => won
      southern => eastern
      northern => western
      western => northern
      northwest => southeast
      southwest => northeast
      later => previously
      before => after
      (\\p{L}+) was (followed|succeeded) by => $1 was preceded by
      improve[ds]? => worsened
      strengthened => weakened`,
    modality: `
      may(?! not| have| be| \\d) => will always
      can(?! not) => will inevitably
      could(?! not| have) => had to
      must(?! not| have) => can optionally
      (?<=\\p{L} )should(?! not) => may at will
      likely to => certain to
      probably => certainly
      possibly => definitely
      perhaps => certainly
      optional => compulsory
      forbidden => permitted
      prohibited => permitted
      recommended => required
      allows => forces
      able to => obliged to
      believed to => proven to
      thought to => known for certain to
      suggests? => proves
      required to => welcome to
      needs? to => is free to
      need not => must
      may be => will always be
      might => will definitely`,
  },
  names: [
    "Portugal|Greece|Finland|Hungary|Romania|Ukraine|Argentina|Chile|Peru|Vietnam|Thailand|Nigeria|Morocco|France|Germany|Italy|Spain|England|Scotland|Russia|China|Japan|India|Poland|Canada|Mexico|Australia|Kenya|Israel|Egypt",
    "Lisbon|Athens|Helsinki|Budapest|Prague|Dublin|Toronto|Seattle|Houston|Detroit|Philadelphia|London|Paris|Rome|Warsaw|Moscow|Boston|Chicago|New York|Los Angeles|Ghent|Antwerp|Lund|Newcastle|Nairobi|Edinburgh",
    "Portuguese|Greek|Finnish|Hungarian|Korean|Arab|French|German|Italian|Spanish|English|Scottish|Russian|Chinese|Japanese|Polish|British|Mongol|Roman",
    "Helena Markowitz|Desmond Achebe|Ingrid Solberg|Rupert Fairclough|Lucia Ferrante|Owen Tredwell",
  ],
  subjects: [
    "the regulator|a retired judge|the trade union|the hospital|an insurance company|the airline",
    "the tenants|suppliers|the volunteers|retired officers|apprentices|pensioners",
  ],
  synonyms: `
    big => large
    around(?= \\d) => approximately
    nevertheless => still
    however => though
    frequently => often
    since(?= the \\p{L}+ (?:is|was)) => because
    employee => member of staff
    was not => wasn't
    were not => weren't
    has not => hasn't
    have not => haven't
    do not => don't
    will not => won't
    can not => can't
    established => set up
    founded => established
    located in => found in
    particularly => especially
    especially => in particular
    significant => considerable
    due to => because of
    in order to => to
    while => whereas
    approximately => roughly
    about(?= \\d) => roughly
    also(?!,) => additionally
    major => main
    key => main
    helped => assisted
    shows => indicates
    demonstrated => showed
    currently => at present
    previously => earlier
    initially => at first
    subsequently => afterwards
    nearly => almost
    almost => nearly
    rapidly => quickly
    such as => including
    people => persons
    parts => portions
    begins => starts
    as well as => and
    because(?! of) => as
    many => a lot of
    called => known as
    often => in many cases`,
  prefixes: "The passage states that |In the source it is written: |It is documented that ",
  rewritings: ["group", "digits", "expand", "percent", "days", "era", "other-date"],
  changes: "digits",
};
