// Every page and whose it is: read by the checks that hold for all of them.
export interface PageLine {
  path: string;
  /** A role of the demo people, or nobody. */
  role: string;
  /** The page shows skeletons on purpose. */
  isAlwaysBusy?: boolean;
}

export const everyPage: PageLine[] = [
  { path: "/", role: "nobody" },
  { path: "/desk/sign-in", role: "nobody" },
  { path: "/desk/forgotten", role: "nobody" },
  { path: "/desk/board", role: "rep" },
  { path: "/desk/opportunities", role: "manager" },
  { path: "/desk/opportunities/new", role: "rep" },
  { path: "/desk/accounts", role: "rep" },
  { path: "/desk/accounts/new", role: "rep" },
  { path: "/desk/contacts", role: "rep" },
  { path: "/desk/contacts/new", role: "rep" },
  { path: "/desk/settings", role: "admin" },
  { path: "/desk/kit", role: "rep", isAlwaysBusy: true },
];
