// Made of the contracts in data.py: python -m tests.js.contracts; a test keeps it fresh.

export interface Agenda {
  number: number;
  asked: string;
  said?: string;
  answered: number;
  here: number;
}

export interface Card {
  key: number;
  id: string;
  src: string | null;
  text: string | null;
  scores: ScoreLine[];
  note: string;
  marks: Span[];
  offers?: number[];
}

export interface ChartMarks {
  name: string;
  across: number[];
  points: (number[] | null)[];
  line: number | null;
}

export interface Chosen {
  big: boolean;
}

export interface CurvePoints {
  name: string;
  points: number[][];
}

export interface DialData {
  numbers: DialNumbers;
  low: number;
  high: number;
  step: number;
  pinned: number;
  answered: string;
  off: string;
  live: string;
  field: string;
  plain: boolean;
}

export interface DialNumbers {
  value: number;
  text: string;
  at_pin: boolean;
  pinned_text: string;
  touching: string;
  highlights: Highlight[];
  disputes: string;
}

export interface DotRow {
  name: string;
  score: number | null;
  label: string;
  threshold: number;
  labelled: boolean | null;
  predicted: boolean;
}

export interface DotsData {
  rows: DotRow[];
  low: number;
  high: number;
  axis: Tick[];
}

export interface FollowData {
  stream: string;
  number: number;
  follows: boolean;
  asked: string;
  said: string;
  words: string;
  title: string;
  lively: boolean;
}

export interface GalleryData {
  items: Card[];
  size: number;
  selected: number | null;
  empty: string;
  actions?: string[];
}

export interface HeatmapData {
  rows: string[];
  columns: string[];
  row_kinds: ("concept" | "none" | "other")[];
  column_kinds: ("concept" | "none" | "other")[];
  mode: "counts" | "probability";
  filled: string | null;
  values: string;
  right: string | null;
  unknown: string | null;
  tones: string;
  strengths: string;
  unit: string;
  selected: number[] | null;
  answered?: string | null;
  height: number;
  below: number | null;
  legend: LegendEntry[];
}

export interface Highlight {
  label: string;
  value: string;
  delta: string;
  band: string;
  tone: "better" | "worse" | "same";
  hint: string;
  press: string | null;
}

export interface Labels {
  corner: string;
  grid: string;
}

export interface LegendEntry {
  tone: number | null;
  words: string;
}

export interface LookData {
  big: boolean;
  scale: number;
  pages: string[];
}

export interface MarksData {
  field: string;
  answered?: string;
  charts: ChartMarks[];
  curves: CurvePoints[];
}

export interface MatrixData {
  rows: string[];
  columns: string[];
  row_kinds: ("concept" | "none" | "other")[];
  column_kinds: ("concept" | "none" | "other")[];
  values: (number | null)[];
  shares: (number | null)[] | null;
  share_words: string;
  right: number[] | null;
  unknown: number[] | null;
  tones: number[];
  strengths: number[];
  mode: "counts" | "probability" | "difference";
  unit: string;
  selected: number[] | null;
  answered?: string | null;
  height: number;
  below: number | null;
  labels: Labels;
  legend: LegendEntry[];
}

export interface Move {
  text: string;
  done: boolean;
  count: string;
}

export interface PictureData {
  src: string;
  full: string;
  alt: string;
  words: string;
}

export interface ScoreLine {
  name: string;
  score: string;
  labelled: boolean | null;
  predicted: boolean;
}

export interface Span {
  text: string;
  strong: boolean;
}

export interface TableColumn {
  name: string;
  kind: "text" | "count" | "rate" | "threshold" | "written";
  help: string;
  link: boolean;
  fold?: number;
}

export interface TableData {
  field: string;
  answered?: string;
  columns: TableColumn[];
  rows: (string | number | null)[][];
  window?: TableWindow;
  is_long?: boolean;
  totals?: (string | number | null)[][];
  selected: [number, number] | null;
  sort: [number, "up" | "down"] | null;
  height: number;
  below?: number | null;
  whole_rows?: boolean;
  caption: string;
  empty: string;
}

export interface TableWindow {
  n_rows: number;
  numbers: number[];
  places: number[] | null;
  by: [string, "up" | "down"] | null;
  asked: string;
}

export interface Tick {
  at: number;
  label: string;
}

export interface WordsData {
  field: string;
  words: Span[];
  answered?: string | null;
  level?: number;
  one_line?: boolean;
  polite?: boolean;
}
