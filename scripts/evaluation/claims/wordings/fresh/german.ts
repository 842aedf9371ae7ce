import type { LanguageWordings } from "../wordings.ts";

/** The German wordings that stand in for those of the kept half while rules are tuned. */
export const FRESH_GERMAN: LanguageWordings = {
  false: {
    unit: `
      Tage[ns]? => Stunden
      Jahre[ns]? => Jahrzehnte
      Stunden? => Sekunden
      Wochen? => Quartale
      Kilometer[ns]? => Zentimeter
      Prozent => Grad
      Millionen => Tausend
      Dollar => Yen`,
    negation: `
      (ist|sind|war|waren|wurde|wurden|hat|haben|kann|können|konnte|konnten)(?! nicht| kein|[.,]) => $1 keineswegs
      (ist|sind|war|waren|wurde|wurden|hat|haben|kann|können)(?! nicht| kein|[.,]) => $1 niemals
      (ist|sind|war|waren|wurde|wurden)(?! nicht| kein|[.,]) => $1 mitnichten
      auch => auch nicht
      oft => zu keiner Zeit
      mit(?= eine) => ohne
      nicht(?! nur) => sehr wohl
      unmöglich => möglich
      unbekannt => bekannt
      fehlt => vorhanden
      immer => nie`,
    comparison: `
      mehr als => nicht einmal
      mehr als => höchstens
      über(?= \\d) => knapp
      größer(e|en|er|es)? => winziger$1
      größte(n|r|s)? => winzigste$1
      höher(e|en|er)? => tiefer$1
      höchste(n|r|s)? => geringste$1
      älteste(n|r|s)? => neueste$1
      frühe(r|n|ren)? => späte$1
      erste(n|r|s)?(?! \\p{Lu}\\p{L}+krieg) => letzte$1
      beste(n|r|s)? => schlechteste$1
      wichtig(e|en|er|ste|sten)? => belanglos$1
      stark(e|en|er)? => schwach$1
      schnell(e|en|er)? => langsam$1
      reich(e|en|er)? => bettelarm$1
      groß(e|en|er|es)? => winzig$1
      teuer => preiswert
      häufig(e|en)? => spärlich$1
      bekannt(e|en)? => unbekannt$1
      lang(e|en)? => kurz$1
      weit(e|en)? => eng$1
      viel => wenig
      ähnlich(e|en)? => unterschiedlich$1
      dicht => dünn
      mächtig(e|en)? => machtlos$1
      einfach(e|en)? => kompliziert$1
      schwierig(e|en)? => leicht$1
      hoch => niedrig
      modern(e|en)? => veraltet$1
      warm(e|en)? => kalt$1
      bedeutend(e|en|er)? => unerheblich$1
      doppelt => halb
      übertraf => verfehlte`,
    quantifier: `
      (?<!nicht |fast )alle(?! \\d) => eine Handvoll
      einige => sämtliche
      viele => kaum welche
      meisten => allerwenigsten
      mehrere => gar keine
      jede(r|s|n)? => kein einziger
      immer => hin und wieder
      oft => ausnahmslos
      gesamte(n|r|s)? => halbe$1
      nur => unter anderem
      hauptsächlich => ausschließlich
      verschiedene => nur eine
      normalerweise => in keinem Fall
      zahlreiche => nur vereinzelte`,
    direction: `
      wuchs(en)? => schrumpfte$1
      stieg(en)? => stürzte$1
      sank(en)? => kletterte$1
      Wachstum => Schrumpfung
      Zunahme => Abnahme
      Anstieg => Einbruch
      Verlust(e)? => Gewinne
      erweitert(e|en)? => verkleinert$1
      verbessert(e|en)? => verschlimmert$1
      vor dem => nach dem
      nach dem => vor dem
      vor der => nach der
      nach der => vor der
      seit => bis
      bis => seit
      danach => davor
      später => zuvor
      begann(en)? => hörte auf
      gegründet => aufgelöst
      eröffnet(e)? => geschlossen
      eingeführt => abgeschafft
      Ankunft => Abreise
      kam(en)? => ging fort
      verließ(en)? => betrat
      gewann(en)? => verlor
      verlor(en)? => errang
      Sieg(e)? => Niederlage
      angenommen => verworfen
      unterstützt(e|en)? => bekämpft$1
      lehnte(n)? => befürwortete
      gebaut => abgerissen
      zerstört(e|en)? => wiederaufgebaut
      geschaffen => vernichtet
      verbindet|verbunden => getrennt
      oben => unten
      oberhalb => unterhalb
      innerhalb => außerhalb
      nördlich(en|e|er)? => südlich$1
      östlich(en|e|er)? => westlich$1
      Nordosten => Südwesten
      Süden => Norden
      Westen => Osten
      links => rechts
      erhielt(en)? => vergab
      erhält => vergibt
      gab(en)? => nahm
      kaufte(n)? => veräußerte
      verkauft(e|en)? => erworben
      Vorteil(e|en)? => Nachteile
      Erfolg(e)? => Misserfolg
      positiv(e|en)? => schädlich
      Krieg => Frieden
      Freund(e)? => Feinde
      innere(n)? => äußere$1
      privat(e|en)? => staatlich$1
      geboren => gestorben
      starb(en)? => wurde geboren
      Tag => Nacht
      Sommer => Winter
      Männer => Frauen
      Eltern => Kinder
      erscheint|erschien => verschwand
      führte(n)? zu => verhinderte
      verhindert(e)? => begünstigte
      verursacht(e)? => verhütete
      fördert(e)? => hemmte
      ermöglicht(e)? => vereitelte
      antike(n)? => neuzeitliche$1
      heiß(e|en)? => eisig$1
      produziert => verbraucht
      Angriff(e)? => Rückzug
      erlaubt(e)? => untersagte`,
    modality: `
      kann(?! nicht) => hat zwingend
      können(?! nicht) => sind gezwungen
      konnte(n)?(?! nicht) => sah sich genötigt
      muss(?! nicht) => darf auf Wunsch
      müssen(?! nicht) => brauchen nicht
      soll(en)?(?! nicht) => muss unbedingt
      sollte(n)?(?! nicht) => musste
      darf(?! nicht) => hat die Pflicht
      möglich(e|en)? => unvermeidlich
      notwendig => entbehrlich
      erforderlich => überflüssig
      wahrscheinlich => mit Sicherheit
      vielleicht => zweifelsfrei
      vermutlich => nachweislich
      könnte(n)? => wird gewiss
      erlaubt => untersagt
      wird(?= \\p{L}+ werden) => dürfte eventuell`,
  },
  names: [
    "Portugal|Griechenland|Ungarn|Finnland|Thailand|Vietnam|Peru|Chile|Argentinien|Marokko|Algerien|Nigeria|Ukraine|Rumänien|Kroatien",
    "Lissabon|Athen|Budapest|Helsinki|Bangkok|Hanoi|Lima|Santiago|Lagos|Kiew|Bukarest|Zagreb|Seattle|Denver|Houston|Montreal|München|Mailand",
    "Henriette Falk|Oskar Bellwetter|Ingrid Maartens|Samuel Quist|Beatrix Lowell",
  ],
  subjects: [
    "das Ministerium|ein externer Prüfer|die Muttergesellschaft|der Gemeinderat|das Orchester",
    "die Auszubildenden|die Rentner|die Lieferanten|die Mieter|die Gutachter",
  ],
  synonyms: `
    begann => startete
    begannen => starteteen
    endete => ging zu Ende
    etwa(?= \\d) => circa
    ungefähr => rund
    rund(?= \\d) => etwa
    häufig => vielfach
    normalerweise => gewöhnlich
    beispielsweise => etwa
    zum Beispiel => beispielsweise
    verwendet => eingesetzt
    genutzt => verwendet
    bekannt => berühmt
    wichtig => wesentlich
    wichtige => wesentliche
    wichtigen => wesentlichen
    wichtiger => wesentlicher
    groß => beträchtlich
    große => beträchtliche
    großen => beträchtlichen
    großer => beträchtlicher
    viele => etliche
    vielen => etlichen
    mehrere => verschiedene
    mehreren => verschiedenen
    errichtet => erbaut
    gebaut => erbaut
    entwickelt => entworfen
    obwohl => obgleich
    weil => da
    aufgrund => infolge
    erhielt => bekam
    befindet sich => liegt
    hauptsächlich => vor allem
    verschiedene => diverse
    verschiedenen => diversen
    gegründet => etabliert
    zudem => darüber hinaus
    insgesamt => in Summe
    während => im Verlauf
    stieg => kletterte
    stiegen => kletterteen
    sank => fiel
    sanken => fielen
    schnell => zügig
    einfach => simpel
    schwierig => anspruchsvoll
    führte zu => bewirkte
    zeigt => verdeutlicht
    zeigte => verdeutlichte
    muss => hat zu
    kann(?! nicht) => vermag
    mehr als => über
    über(?= \\d) => mehr als
    mindestens => wenigstens
    höchste => größte
    höchsten => größten
    starb => verstarb
    besiegt => geschlagen
    heute => gegenwärtig
    ursprünglich => anfangs
    zusammen => gemeinsam
    fast => beinahe
    daher => deshalb
    unterstützt => gefördert
    nutzt => gebraucht`,
  prefixes: "Die Quelle besagt: |Zusammengefasst gilt: |Laut Text gilt: ",
  rewritings: ["group", "digits", "expand", "era", "other-date"],
  changes: "shift",
};
