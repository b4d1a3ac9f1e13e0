// The words of the interface in both languages, as the app has them.
import { readFileSync } from "node:fs";

export type Lang = "en" | "vi";

interface Words {
  [key: string]: string | Words;
}

const read = (lang: Lang): Words => JSON.parse(readFileSync(new URL(`../../app/locales/${lang}.json`, import.meta.url), "utf8"));
const all = { en: read("en"), vi: read("vi") };

/** The message with this path, such as `desk.board`. */
export function word(lang: Lang, path: string): string {
  const found = path.split(".").reduce<string | Words | undefined>((at, key) => (typeof at === "object" ? at[key] : undefined), all[lang]);
  if (typeof found !== "string") {
    throw new Error(`there is no message ${path} in ${lang}`);
  }
  return found;
}
