/** The language of a page: what the address asks for, what was chosen before, or what the browser prefers. */
import { chinese, english, type Say } from "@wechat-refund/checkup/Language";

export type Language = "en" | "zh";

export const sayIn = (language: Language): Say => (language === "zh" ? chinese : english);

export const isLanguage = (text: string | undefined | null): text is Language => text === "en" || text === "zh";

/** The first of both that the browser names, by its weights; English where it names neither. */
const preferred = (header: string): Language => {
  const asked = header
    .slice(0, 1000)
    .split(",")
    .flatMap((part) => {
      const [tag = "", ...options] = part.split(";");
      const language = tag.trim().slice(0, 2).toLowerCase();
      const weight = options
        .map((option) => /^\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*$/.exec(option)?.[1])
        .find(Boolean);
      return isLanguage(language) ? [{ language, weight: weight === undefined ? 1 : Number(weight) }] : [];
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return asked[0]?.language ?? "en";
};

export const choose = (asked: string | null, kept: string | undefined, header: string | undefined): Language =>
  isLanguage(asked) ? asked : isLanguage(kept) ? kept : preferred(header ?? "");
