import { checkWorkers } from "./in-workers.mjs";
import { session } from "./session.mjs";

// The bundler was told to make a file of the worker, and the page says where it lies.
const createWorker = () => new Worker(new URL("./cleanup.worker.mjs", import.meta.url), { type: "module" });
globalThis.outcome = checkWorkers({ createWorker }).then(session);
