import type { LanguageWordings } from "../wordings.ts";

/** The English wordings of the half with which the rules are tuned. */
export const TUNING_ENGLISH: LanguageWordings = {
  false: {
    unit: `
      days? => weeks
      weeks? => months
      hours => minutes
      hour => minute
      minutes => hours
      months? => years
      kilomet(?:re|er)s? => metres
      miles? => kilometres
      percent|per cent => pounds
      million <=> billion
      euros? => dollars
      dollars? => euros
      kg => g`,
    negation: `
      is(?! not| no |n't|,) => is not
      are(?! not| no |n't|,) => are not
      was(?! not| no |n't|,) => was not
      were(?! not| no |n't|,) => were not
      has been => has not been
      have been => have not been
      can(?! not|not) => cannot
      will(?! not) => will not
      became => did not become
      won => did not win
      (is|are|was|were|does|do|did|has|have) not(?! only) => $1
      cannot => can
      (?<!n't [^.]*)not(?! only| yet| necessarily| even) =>
      never => always
      (are|have|were) no => $1
      (is|has|was) no => $1 a
      without => with`,
    comparison: `
      more than => fewer than
      less than => more than
      fewer than => more than
      larger <=> smaller
      largest <=> smallest
      higher <=> lower
      highest <=> lowest
      longer(?=,| than| \\p{L}+ ) => shorter
      shorter => longer
      longest <=> shortest
      older <=> younger
      better <=> worse
      best <=> worst
      greater(?! \\p{Lu}) => smaller
      greatest => smallest
      the most => the least
      at least <=> at most
      up to(?= (?:\\d|[€$£]|half|one|two|three|four|five|six)) => at least
      over(?= [\\d$€£]) => under
      earlier <=> later
      faster <=> slower`,
    quantifier: `
      (?<!Nearly |nearly |almost |not |at |it )all(?! of| along| but| over) => only some
      (?<!Nearly |nearly |almost |not )all of => none of
      (?<!virtually |almost |nearly )every(?! \\d) => hardly any
      each(?! other) => hardly any
      some => all
      many => few
      many => all
      (?<!the |The |at )most(?= of ) => few
      several => all
      both (\\p{L}+) and => neither $1 nor
      none => all
      nobody => everybody
      (?<!a |A |the |last |past |first |next |rather |very |quite |only )few => most`,
    direction: `
      increas(e|es|ed|ing) => decreas$1
      decreas(e|es|ed|ing) => increas$1
      before(?! that) => after
      (?<!until |[lL]ook |[lL]ooks |[nN]amed )after(?! all) => before
      (?<!the )north => south
      (?<!the )south => north
      northern <=> southern
      (?<!Middle |Far |Near |the )east => west
      (?<!the )west => east
      (?<!Middle )eastern => western
      western => eastern
      imports? => exports
      exports? => imports
      above <=> below
      from (\\p{Lu}\\p{L}+|\\d[\\d.,:]*) to (\\p{Lu}\\p{L}+|\\d[\\d.,:]*\\d) => from $2 to $1
      began(?! to| as| with| a | an ) => ended
      ended(?! up) => began`,
    modality: `
      may(?! not| have| \\d) => must
      can(?! not|not) => must
      must(?! not| have) => may, but need not,
      should(?! not) => need not
      (?<!not |n't )has to => may choose to
      (?<!not |n't )have to => may choose to
      might(?! not) => will certainly
      allowed => required
      permitted => required
      required to => free to
      (?<=is )possible => mandatory`,
  },
  names: [
    "France|Germany|Italy|Spain|England|Scotland|Ireland|Russia|China|Japan|India|Poland|Egypt|Brazil|Canada|Mexico|Australia|Sweden|Denmark|Norway|Iceland|Kenya|Turkey|Iran|Austria|Switzerland|Belgium|Ghana",
    "London|Paris|Berlin|Rome|Madrid|Vienna|Warsaw|Moscow|Boston|Chicago|Oslo|Tokyo|Cairo|Sydney|Melbourne|Los Angeles|New York|San Francisco|Ghent|Antwerp|Lund",
    "French|German|Italian|Spanish|English|Scottish|Irish|Russian|Chinese|Japanese|Polish|Swedish|Danish|Turkish|Dutch|Norman|British|American",
    "Margaret Osborne|Tobias Lindgren|Edwin Harcourt|Pieter van Alphen|Clara Whitfield|Julian Ashdown",
  ],
  subjects: [
    "the committee|the contractor|the neighbouring town|the city council|a subsidiary|the museum",
    "the contractors|visitors|the shareholders|the opponents|its competitors|the critics",
  ],
  synonyms: `
    large(?! part| number) => big
    began => started
    about(?= \\d) => approximately
    approximately => about
    however, =>
    also(?!,) =>
    often => frequently
    because(?! of) => since
    because of => owing to
    usually => normally
    such as => for example
    is not => isn't
    are not => aren't
    does not => doesn't
    did not => didn't
    cannot => can't
    located => situated
    employees => staff members
    important => significant
    many => numerous
    built => constructed
    created => made
    several => a number of
    near => close to
    called => named
    primarily => mainly
    mostly => mainly
    received => got
    obtained => received
    required => needed
    entire => whole
    famous => well-known
    allow => let
    during => in the course of
    within => inside of
    although => even though
    may be => can be
    various => different
    throughout => all over
    consists of => is made up of
    known as => called
    a variety of => all sorts of
    purchased => bought
    children => kids
    additional => further`,
  prefixes: "According to the document, |As the text says, ",
  rewritings: ["ungroup", "spell", "percent", "days", "iso-date"],
  changes: "shift",
};
