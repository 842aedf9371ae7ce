/*
 * Wordings of the half that is kept aside. Nobody who tunes the rules reads this file, nor a claim that is made with it.
 */
import type { LanguageWordings } from "../wordings.ts";

/** The German wordings of the half that is kept aside. */
export const KEPT_GERMAN: LanguageWordings = {
  false: {
    unit: `
      Tage[ns]? => Monate
      Wochen => Jahre
      Stunden => Tage
      Monaten? => Wochen
      Jahren => Jahrzehnten
      Jahre => Jahrzehnte
      Minuten => Sekunden
      Meter[ns]? => Zentimeter
      Kilometer[ns]? => Meilen
      Millionen => Tausend
      Milliarden => Billionen
      Prozent => Prozentpunkte
      Euro => Franken
      km => m
      Zoll => Fuß
      Dollar => Pfund`,
    negation: `
      ist(?! nicht| kein|[.,]) => ist keineswegs
      sind(?! nicht| kein|[.,]) => sind niemals
      war(?! nicht| kein|[.,]) => war nie
      wurde(?! nicht| kein|[.,]) => wurde niemals
      wurden(?! nicht| kein|[.,]) => wurden nie
      kann(?! nicht|[.,]) => kann keinesfalls
      hat(?! nicht| kein|[.,]) => hat nie
      haben(?! nicht| kein|[.,]) => haben nie
      (ist|war|hat|wurde) nicht => $1
      nicht mehr => noch immer
      niemals => stets
      bekannt => unbekannt
      möglich => unmöglich
      abhängig => unabhängig
      mit(?= einem| einer) => ohne
      gilt => gilt nicht`,
    comparison: `
      größte(n|r|s)? => zweitgrößte$1
      stärker(e|en)? => schwächer$1
      wichtigste(n|r|s)? => unwichtigste$1
      älter(e|en|er)? => jünger$1
      schneller => langsamer
      mehr als => höchstens
      weniger(?= \\p{Lu}) => mehr
      mehr(?= \\p{Lu}) => weniger
      Mehrheit => Minderheit
      Großteil => Bruchteil
      bis zu => nicht unter
      mindestens => nicht mehr als
      höher als => so hoch wie
      früheste(n|r|s)? => späteste$1
      erste(n|r|s)? => letzte$1
      niedriger(e|en)? => höher$1
      beste(n|r|s)? => schlechteste$1
      ähnlich(e|en|er|es)? => unähnlich$1`,
    quantifier: `
      oft => nie
      häufig => nie
      immer => nur gelegentlich
      normalerweise => niemals
      meist(?:ens)? => nie
      zahlreiche(n|r)? => kaum welche
      verschiedene(n|r)? => sämtliche
      einer der => der einzige der
      eine der => die einzige der
      hauptsächlich => ausschließlich
      vor allem => ausschließlich
      vollständig => nur teilweise
      einige(n|r)? => sämtliche
      viele(n|r)? => kaum
      (?<!nicht |fast )alle(n|r)? => kaum welche
      beide(n|r)? => keine der
      Hälfte => Gesamtheit
      selten => regelmäßig
      teilweise => vollständig
      nur(?= \\p{L}+) => nicht nur`,
    direction: `
      wuchs(en)? => schrumpfte
      Wachstum => Schrumpfen
      Zunahme => Abnahme
      Rückgang => Zuwachs
      gewann(en)? => verlor$1
      verlor(en)? => gewann$1
      innerhalb => außerhalb
      außerhalb => innerhalb
      oberhalb => unterhalb
      seit => bis
      bis(?= \\d{4}) => seit
      nach(?= dem| der) => vor
      vor(?= dem| der) => nach
      Südwesten => Nordosten
      südlich(en|e|er)? => westlich$1
      nördlich(en|e|er)? => östlich$1
      Süd(?=\\p{Ll}{3}) => Ost
      steigen => fallen
      gestiegen => gefallen
      Beginn => Ende
      Ende => Beginn
      später => zuvor
      gekauft => verkauft
      eröffnet => geschlossen`,
    modality: `
      kann(?! nicht|[.,]) => soll zwingend
      können(?! nicht|[.,]) => werden unweigerlich
      könnte => wird zweifellos
      könnten => werden zweifellos
      muss(?! nicht|[.,]) => kann wahlweise
      müssen(?! nicht|[.,]) => können wahlweise
      darf(?! nicht|[.,]) => ist verpflichtet zu
      soll(?! nicht|[.,]) => kann nach Belieben
      sollen(?! nicht|[.,]) => können nach Belieben
      vermutlich => nachweislich
      wahrscheinlich => mit Sicherheit
      möglicherweise => mit Sicherheit
      vielleicht => zweifellos
      freiwillig => verpflichtend
      verpflichtet => berechtigt
      kann(?=[.,]) => muss
      können(?=[.,]) => müssen
      konnte(?=[.,]) => musste
      empfohlen => vorgeschrieben
      angeblich => nachweislich`,
  },
  names: [
    "Portugal|Griechenland|Finnland|Ungarn|Rumänien|Ukraine|Argentinien|Chile|Peru|Vietnam|Nigeria|Marokko|Frankreich|Deutschland|Italien|Spanien|England|Schottland|Russland|China|Japan|Indien|Polen|Kanada|Australien|Kenia|Israel",
    "Lissabon|Athen|Helsinki|Budapest|Prag|Dublin|Toronto|Seattle|Houston|London|Paris|Rom|Warschau|Moskau|Boston|Chicago|New York|Newcastle|Nairobi|Edinburgh",
    "Helene Markowitz|Desmond Achebe|Ingrid Solberg|Rupert Fairclough|Lucia Ferrante|Owen Tredwell",
  ],
  subjects: [
    "die Gewerkschaft|das Krankenhaus|eine Versicherung|die Aufsichtsbehörde|ein Richter",
    "die Mieter|die Lieferanten|die Freiwilligen|die Lehrlinge|die Rentner",
  ],
  synonyms: `
    fing an => begann
    circa => etwa
    etwa(?= \\d) => rund
    rund(?= \\d) => circa
    dennoch => trotzdem
    darüber hinaus => außerdem
    außerdem => zudem
    in der Regel => normalerweise
    insbesondere => besonders
    zum Beispiel => beispielsweise
    bedeutend => wichtig
    entstand => bildete sich
    derzeit => momentan
    jedoch => allerdings
    allerdings => jedoch
    schnell => rasch
    ursprünglich => anfangs
    später => danach
    insgesamt => zusammen
    ebenfalls => gleichfalls
    (?<!als |wie |sondern )auch => ebenfalls
    sowie => und auch
    sodass => so dass
    gilt als => wird angesehen als
    häufig => vielfach
    weil => da
    da(?= \\p{Ll}+ \\p{Lu}) => weil
    ermöglicht => erlaubt
    wegen => aufgrund
    wurde gegründet => entstand`,
  prefixes: "In der Quelle heißt es: |Der Abschnitt besagt: ",
  rewritings: ["group", "digits", "expand", "percent", "days", "era", "other-date"],
  changes: "digits",
};
