import type { FormatFile } from "../format-file.ts";

/** Tables in the dialects of many programs, each with the text that it must have. */
export const CSV_DIALECT_FILES: readonly FormatFile[] = [
  {
    name: "decimal-commas.csv",
    source:
      "Artikel;Preis;Anteil\nBolzen, M6;1.234,50;12,5 %\nMutter;-0,20;87,5 %\nSumme;1.234,30;100 %\n",
    text:
      "Artikel: Bolzen, M6; Preis: 1.234,50; Anteil: 12,5 %\nArtikel: Mutter; Preis: -0,20; Anteil: 87,5 %\n" +
      "Artikel: Summe; Preis: 1.234,30; Anteil: 100 %",
  },
  {
    name: "grouped-names.csv",
    source: "Sales report 2026\n\nRegion,2025,,2026,\n,Q1,Q2,Q1,Q2\nNorth,1,2,3,4\nSouth,5,6,7,8\n",
    text:
      "Sales report 2026\nRegion: North; 2025 Q1: 1; 2025 Q2: 2; 2026 Q1: 3; 2026 Q2: 4\n" +
      "Region: South; 2025 Q1: 5; 2025 Q2: 6; 2026 Q1: 7; 2026 Q2: 8",
  },
  {
    name: "repeated-groups.csv",
    source: ",Sales,Sales,Costs,Costs\nRegion,2025,2026,2025,2026\nNorth,1,2,3,4\nSouth,5,6,7,8\n",
    text:
      "Region: North; Sales 2025: 1; Sales 2026: 2; Costs 2025: 3; Costs 2026: 4\n" +
      "Region: South; Sales 2025: 5; Sales 2026: 6; Costs 2025: 7; Costs 2026: 8",
  },
  {
    name: "units.csv",
    source: "name,height,mass\n,m,kg\nAda,1.70,60\nAlan,1.80,70\n",
    text: "name: Ada; height m: 1.70; mass kg: 60\nname: Alan; height m: 1.80; mass kg: 70",
  },
  {
    name: "same-names.csv",
    source: "name,value,value\nAda,n/a,n/a\nBob,2,3\nCyd,3,4\n",
    text: "name: Ada; value: n/a; value: n/a\nname: Bob; value: 2; value: 3\nname: Cyd; value: 3; value: 4",
  },
  {
    name: "spaces-before-quotes.csv",
    source: 'name, age, city\n"Ada", 36, "Rome, Italy"\n"Alan ""A"", B", 41, "Paris"\n',
    text: 'name: Ada; age: 36; city: Rome, Italy\nname: Alan "A", B; age: 41; city: Paris',
  },
  {
    name: "backslashes.csv",
    source: 'a,b\n"say \\"hi\\", or 5\\" of it",1\nplain,2\n',
    text: 'a: say "hi", or 5" of it; b: 1\na: plain; b: 2',
  },
  {
    name: "paths.csv",
    source: 'folder,files\n"C:\\dir\\",17\n"D:\\",2\n',
    text: "folder: C:\\dir\\; files: 17\nfolder: D:\\; files: 2",
  },
  {
    name: "two-tables.csv",
    source: "Prices\nitem,eur\nBolt,3\nNut,2\n\nStock\nitem,pieces,place\nBolt,30,A1\nNut,20,B2\n",
    text:
      "Prices\nitem: Bolt; eur: 3\nitem: Nut; eur: 2\nStock\nitem: Bolt; pieces: 30; place: A1\n" +
      "item: Nut; pieces: 20; place: B2",
  },
  {
    name: "empty-rows.csv",
    source: "name,age\n\nAda,36\n\n\nretired:\nAlan,41\n,\nGrace,85\n",
    text: "name: Ada; age: 36\nretired:\nname: Alan; age: 41\nname: Grace; age: 85",
  },
  {
    name: "title-with-commas.csv",
    source: "Report: sales, costs and profit\nRegion,Q1,Q2,Q3\nNorth,1,2,3\nSouth,4,5,6\n",
    text: "Report: sales, costs and profit\nRegion: North; Q1: 1; Q2: 2; Q3: 3\nRegion: South; Q1: 4; Q2: 5; Q3: 6",
  },
  {
    name: "empty-columns.csv",
    source: ",name,,age,\n,Ada,,36,\n,Alan,,41,\n",
    text: "name: Ada; age: 36\nname: Alan; age: 41",
  },
  { name: "one-column.csv", source: "name\nAda\nAlan\n", text: "name: Ada\nname: Alan" },
  {
    name: "mark-and-sep.csv",
    source: '\ufeffsep=|\n"id"|"note"\n"01"|"x | y"\n"02"|"two\n\nlines; and ""more"""\n',
    text: 'id: 01; note: x | y\nid: 02; note: two lines; and "more"',
  },
];
