// Every page, whose it is, and what shows that it has loaded: read by the checks that hold for all of them.
export interface PageLine {
  path: string;
  /** A role of the demo people, or nobody. */
  role: string;
}

export const everyPage: PageLine[] = [
  { path: "/", role: "nobody" },
  { path: "/desk/kit", role: "rep" },
];
