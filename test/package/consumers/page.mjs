import { session } from "./session.mjs";

globalThis.outcome = session();
