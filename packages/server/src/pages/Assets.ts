/** The two files beside the pages, under names that change with what is in them: kept by browsers for as long as they are these. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as HttpServerResponse from "effect/http/HttpServerResponse";

export interface Asset {
  readonly path: `/assets/${string}`;
  readonly body: Uint8Array;
  readonly type: string;
}

const assetOf = (name: string, type: string): Asset => {
  const body = readFileSync(new URL(`../../assets/${name}`, import.meta.url));
  const hash = createHash("sha256").update(body).digest("base64url").slice(0, 16);
  const [stem = "", ending = ""] = name.split(".");
  return { path: `/assets/${stem}-${hash}.${ending}`, body, type };
};

export interface Assets {
  readonly css: Asset;
  readonly js: Asset;
}

/** Read when the pages are made: an installation that lacks them does not begin. */
export const read = (): Assets => ({
  css: assetOf("pages.css", "text/css; charset=utf-8"),
  js: assetOf("pages.js", "text/javascript; charset=utf-8"),
});

export const response = ({ body, type }: Asset): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.uint8Array(body, {
    contentType: type,
    headers: { "cache-control": "public, max-age=31536000, immutable" },
  });
