import type { LanguageWordings } from "../wordings.ts";

/** The German wordings of the half with which the rules are tuned. */
export const TUNING_GERMAN: LanguageWordings = {
  false: {
    unit: `
      Tage[ns]? => Wochen
      Wochen? => Monate
      Stunden => Minuten
      Stunde => Minute
      Minuten => Stunden
      Kilometer[ns]? => Meter
      Millionen <=> Milliarden
      Prozent => Promille
      Euro => Dollar
      Meter => Kilometer
      Jahren => Monaten
      Jahre => Monate`,
    negation: `
      (ist|sind|war|waren|wurde|wurden|hat|haben|kann|können)(?=[.,]) => nicht $1
      (ist|sind|war|waren|wurde|wurden|kann|können)(?! nicht| kein|[.,]) => $1 nicht
      (hat|hatte) (einen?|eine[mnrs]?) => $1 k$2
      nicht(?! nur) =>
      kein(e|en|er|es|em)? => ein$1
      nie => immer
      ohne => mit`,
    comparison: `
      mehr als => weniger als
      weniger als => mehr als
      größer(e|en|er|es)? => kleiner$1
      kleiner(e|en|er|es)? => größer$1
      größte(n|r|s)? => kleinste$1
      höher(e|en|er)? => niedriger$1
      höchste(n|r|s)? => niedrigste$1
      meisten => wenigsten
      mindestens => höchstens
      höchstens => mindestens
      länger => kürzer
      älteste(n|r|s)? => jüngste$1
      besser => schlechter
      früher(e|en|er)? => später$1`,
    quantifier: `
      (?<!nicht |fast |beinahe )alle => nur einige
      (?<!nicht |fast |beinahe )allen => nur einigen
      (?<!nicht |fast |beinahe )alle(?= \\p{Lu}) => keine
      einige => alle
      viele => wenige
      vielen => wenigen
      (?<!ein )jede(r|s|n)? => kaum ein
      mehrere => alle
      manche => alle
      wenige => die meisten
      niemand => jeder`,
    direction: `
      vor(?= \\d) => nach
      nach(?= \\d) => vor
      nördlich <=> südlich
      Norden <=> Süden
      Osten <=> Westen
      östlich(en|e|er)? => westlich$1
      westlich(en|e|er)? => östlich$1
      Anstieg => Rückgang
      stieg(en)? => sank$1
      erhöht(e|en)? => senkt$1
      begann => endete
      endete => begann
      von (\\d[\\d.,]*|\\p{Lu}\\p{L}+) (bis|nach) (\\d[\\d.,]*\\d|\\p{Lu}\\p{L}+) => von $3 $2 $1
      nachdem <=> bevor`,
    modality: `
      kann(?! nicht) => muss
      können(?! nicht) => müssen
      konnte(?! nicht) => musste
      konnten(?! nicht) => mussten
      muss => muss nicht
      müssen => müssen nicht
      darf => muss
      dürfen => müssen
      möglich => vorgeschrieben
      erlaubt => vorgeschrieben`,
  },
  names: [
    "Frankreich|Deutschland|Italien|Spanien|England|Schottland|Irland|Russland|China|Japan|Indien|Polen|Ägypten|Brasilien|Kanada|Mexiko|Australien|Schweden|Dänemark|Norwegen|Kenia|Österreich|Belgien",
    "London|Paris|Berlin|Rom|Madrid|Wien|Warschau|Moskau|Boston|Chicago|Oslo|Tokio|Kairo|Sydney|Melbourne|Los Angeles|New York|San Francisco",
    "Margarete Osborn|Tobias Lindgren|Edwin Harcourt|Pieter van Alphen|Clara Witfeld|Julian Aschdorf",
  ],
  subjects: [
    "der Ausschuss|der Stadtrat|das Museum|eine Tochterfirma|der Auftragnehmer",
    "die Besucher|die Auftragnehmer|die Gegner|die Aktionäre|die Kritiker",
  ],
  synonyms: `
    begann => fing an
    etwa(?= \\d) => ungefähr
    ungefähr => etwa
    jedoch =>
    (?<!als |wie |sondern )auch =>
    häufig => oft
    oft => häufig
    normalerweise => in der Regel
    beispielsweise => zum Beispiel
    benutzt => verwendet
    verwendet => benutzt
    besonders => vor allem
    bekannt => geläufig
    wichtig => bedeutend
    wichtige => bedeutende
    wichtigsten => bedeutendsten
    viele => zahlreiche
    mehrere => einige
    errichtet => gebaut
    gebaut => errichtet
    ebenfalls => auch
    obwohl => wenngleich
    aufgrund => wegen
    sowie => und
    erhielt => bekam
    befindet sich => liegt
    hauptsächlich => vorwiegend
    innerhalb => binnen
    verschiedene => unterschiedliche
    verschiedenen => unterschiedlichen
    gegründet => ins Leben gerufen
    zudem => außerdem
    insgesamt => alles in allem
    bestehen aus => setzen sich zusammen aus
    besteht aus => setzt sich zusammen aus
    während => im Lauf`,
  prefixes: "Laut Dokument gilt: |Im Text steht: ",
  rewritings: ["ungroup", "spell", "percent", "days", "iso-date"],
  changes: "shift",
};
