import type { FormatFile } from "../format-file.ts";
import { CSV_DIALECT_FILES } from "./csv-dialect-files.ts";

/** Tables, each with the text that it must have. */
export const CSV_FILES: readonly FormatFile[] = [
  {
    name: "plain.csv",
    source: "name,age\nAda,36\nAlan,41\n",
    text: "name: Ada; age: 36\nname: Alan; age: 41",
  },
  {
    name: "index.csv",
    source: ",name,salary\n0,Person0,1000\n437,Person437,1437\n",
    text: "0; name: Person0; salary: 1000\n437; name: Person437; salary: 1437",
  },
  {
    name: "years.csv",
    source: "country,2019,2020\nFrance,67.2,67.4\nSpain,46.9,47.3\n",
    text: "country: France; 2019: 67.2; 2020: 67.4\ncountry: Spain; 2019: 46.9; 2020: 47.3",
  },
  {
    name: "one-year.csv",
    source: "name,2021,city\nAda,5,Rome\nAlan,12,Paris\n",
    text: "name: Ada; 2021: 5; city: Rome\nname: Alan; 2021: 12; city: Paris",
  },
  { name: "counted.csv", source: ",0,1\n0,a,b\n1,c,d\n", text: "0; 0: a; 1: b\n1; 0: c; 1: d" },
  { name: "none.csv", source: "Ada,36\nAlan,41\nGrace,85\n", text: "Ada; 36\nAlan; 41\nGrace; 85" },
  {
    name: "none-dates.csv",
    source: "2021-05-03,Paris,3\n2021-05-04,Rome,4\n",
    text: "2021-05-03; Paris; 3\n2021-05-04; Rome; 4",
  },
  {
    name: "none-years.csv",
    source: "Ada,1815,London\nAlan,1912,Paddington\n",
    text: "Ada; 1815; London\nAlan; 1912; Paddington",
  },
  {
    name: "sep.csv",
    source: "sep=;\nItem;Price\nBolt, M6;1,50\nNut;0,20\n",
    text: "Item: Bolt, M6; Price: 1,50\nItem: Nut; Price: 0,20",
  },
  {
    name: "titles.csv",
    source:
      "Sales of 2026\n# in EUR, without tax\n\nItem,Price\nBolt,3\nNut,2\nTotal,5\nSource: shop\n",
    text: "Sales of 2026\n# in EUR, without tax\nItem: Bolt; Price: 3\nItem: Nut; Price: 2\nItem: Total; Price: 5\nSource: shop",
  },
  {
    name: "tabs.tsv",
    source: "id\tcity\n7\tRome\n9\tOslo\n",
    text: "id: 7; city: Rome\nid: 9; city: Oslo",
  },
  {
    name: "quotes.csv",
    source: 'Name,Note\nAda,"two\nlines, and ""quotes"""\nAlan,\n',
    text: 'Name: Ada; Note: two lines, and "quotes"\nName: Alan',
  },
  {
    name: "bars.csv",
    source: "part|size\nM6|10 mm\nM8|13 mm\n",
    text: "part: M6; size: 10 mm\npart: M8; size: 13 mm",
  },
  {
    name: "wide.csv",
    source: "a,b\n1,2,3\n4\n5,6\n",
    text: "a: 1; b: 2; 3\n4\na: 5; b: 6",
  },
  {
    name: "joined.csv",
    source: "name,age\nAda,36\nname,age\nAlan,41\n",
    text: "name: Ada; age: 36\nname: Alan; age: 41",
  },
  {
    name: "words.csv",
    source: "Employee,Team\nAnn,Red\nBob,Blue\n",
    text: "Employee: Ann; Team: Red\nEmployee: Bob; Team: Blue",
  },
  { name: "header.csv", source: "name,age\n", text: "name; age" },
  {
    name: "money.csv",
    source: "Position,Betrag\nMiete,€ 1.200\nStrom,€ 90\n",
    text: "Position: Miete; Betrag: € 1.200\nPosition: Strom; Betrag: € 90",
  },
  ...CSV_DIALECT_FILES,
];
