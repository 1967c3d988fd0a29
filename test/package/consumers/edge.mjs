import { session } from "./session.mjs";

export default {
  fetch: async () => Response.json(await session()),
};
