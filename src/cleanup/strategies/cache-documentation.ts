import { checkSetting } from "../settings.ts";
import { shortenItems } from "../shortening.ts";
import type { Strategy } from "../strategy.ts";

/** Settings of {@link cacheDocumentation}. */
export interface CacheDocumentationOptions {
  /** Part of its tokens that an excerpt has at most. Default 0.2. */
  readonly keep?: number;
  /** Documents of fewer tokens stay whole. Default 200. */
  readonly minTokens?: number;
}

/**
 * Keeps an excerpt (title, headings, the sentences that say most) in the place of a document; the whole one is archived.
 *
 * @returns a strategy of the default list of `knowledge_base`. Cost: linear in the text of the documents.
 * @throws TokenBudgetError `INVALID_ARGUMENT` for settings that are no numbers in range.
 * @example strategies.cacheDocumentation({ keep: 0.1 }).name; // => "cacheDocumentation"
 */
export function cacheDocumentation({ keep = 0.2, minTokens = 200 }: CacheDocumentationOptions = {}): Strategy {
  checkSetting("keep", keep, 0, 1);
  checkSetting("minTokens", minTokens, 0);
  return {
    name: "cacheDocumentation",
    loss: "recoverable",
    units(view, tools) {
      const documents = view.editable.filter(
        (item) =>
          item.kind === "document" &&
          item.tokens >= minTokens &&
          item.edited !== "excerpt" &&
          item.edited !== "summary",
      );
      return shortenItems(
        documents.map((item) => ({ item, maxTokens: Math.max(1, Math.floor(item.tokens * keep)) })),
        { to: "excerpt" },
        tools,
      );
    },
  };
}
