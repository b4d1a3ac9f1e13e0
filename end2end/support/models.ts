// Product models of a journey's own, made through the API by whoever is signed in.
import type { Page } from "@playwright/test";
import { call, read } from "./api.ts";
import { unique } from "./people.ts";

export interface OwnModel {
  id: string;
  code: string;
  name: string;
  /** The draft that it begins with. */
  draft: string;
}

interface Version {
  id: string;
  version: number;
}

const text = (en: string, vi: string) => ({ en, vi });

/** Two paints, two lines, one rule that builds the Plus line only. */
const content = {
  markets: ["vn"],
  steps: [{ code: "look", name: text("Look", "Ngoại thất"), title: text("Choose how it looks", "Chọn dáng vẻ") }],
  groups: [
    {
      code: "paint",
      name: text("Paint", "Màu sơn"),
      step: "look",
      kind: "swatch",
      importance: "look",
      default: "white",
      options: [
        { code: "white", name: text("Polar white", "Trắng địa cực"), swatch: "#e8eaec" },
        { code: "blue", name: text("Deep sea blue", "Xanh biển sâu"), swatch: "#1f4a8a" },
      ],
    },
    {
      code: "line",
      name: text("Line", "Phiên bản"),
      step: "look",
      kind: "list",
      importance: "drive",
      options: [
        { code: "core", name: text("Core", "Core") },
        { code: "plus", name: text("Plus", "Plus") },
      ],
    },
  ],
  rules: [
    {
      code: "plus-only",
      sentence: text("Only the Plus line is built this year.", "Năm nay chỉ sản xuất bản Plus."),
      owner: "Product",
      condition: "line = plus",
    },
  ],
  prices: [
    {
      code: "vn",
      market: "vn",
      currency: "VND",
      from: "2026-01-01",
      base: 500_000_000,
      options: { "paint.blue": 8_000_000, "line.plus": 40_000_000 },
    },
  ],
};

/** A model with its first draft. */
export async function newModel(page: Page): Promise<OwnModel> {
  const code = `journey-${unique()}`;
  const name = text(`Journey ${code}`, `Hành trình ${code}`);
  const body = JSON.stringify({ ...content, name, summary: text("A small car.", "Một chiếc xe nhỏ.") });
  const made = await call<{ model: { id: string }; draft: Version }>(page, "POST", "/models", { code, name, text: body });
  if (made.status !== 201) {
    throw new Error(`no model was made: ${made.status} ${JSON.stringify(made.body)}`);
  }
  return { id: made.body.model.id, code, name: name.en, draft: made.body.draft.id };
}

async function now(page: Page, id: string): Promise<Version> {
  return (await read<{ version: Version }>(page, `/model-versions/${id}`)).version;
}

async function must(page: Page, method: string, path: string, body: unknown, version?: number): Promise<void> {
  const answer = await call(page, method, path, body, version);
  if (answer.status >= 300) {
    throw new Error(`${method} ${path} answers ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}

/** Changes parts of a draft. */
export async function change(page: Page, id: string, changes: Record<string, unknown>): Promise<void> {
  await must(page, "PATCH", `/model-versions/${id}`, { changes }, (await now(page, id)).version);
}

/** Checks a draft and puts it into the shop today. */
export async function publish(page: Page, id: string): Promise<void> {
  await must(page, "POST", `/model-versions/${id}/check`, { accepted: [] }, (await now(page, id)).version);
  const today = new Date().toISOString().slice(0, 10);
  await must(page, "POST", `/model-versions/${id}/publish`, { from_day: today }, (await now(page, id)).version);
}

/** Begins the next draft of a model. */
export async function nextDraft(page: Page, model: OwnModel): Promise<string> {
  const begun = await call<{ version: Version }>(page, "POST", `/models/${model.id}/versions`, {});
  return begun.body.version.id;
}

/** Takes every published version out of the shop, so that it is as it was before the journey. */
export async function retire(page: Page, model: OwnModel): Promise<void> {
  const { versions } = await read<{ versions: (Version & { state: string })[] }>(page, `/models/${model.id}`);
  for (const version of versions.filter((version) => version.state === "published")) {
    await must(page, "POST", `/model-versions/${version.id}/retire`, {}, version.version);
  }
}
