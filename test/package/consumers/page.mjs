import { checkWorkers } from "./in-workers.mjs";
import { session } from "./session.mjs";

globalThis.outcome = checkWorkers().then(session);
