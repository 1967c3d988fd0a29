// A process of its own in the suite "worst": opens a tokenizer and counts one worst input, the first text it ever sees.
import { type Contestant, openContestant } from "../contestants.ts";
import { worstInput } from "../worst-inputs.ts";

export interface WorstTask {
  readonly contestant: Contestant;
  readonly encoding: string;
  readonly input: string;
  readonly bytes: number;
}

export interface WorstTimes {
  readonly tokens: number;
  readonly firstMs: number;
  readonly secondMs: number;
}

const { contestant, encoding, input, bytes } = JSON.parse(process.argv[2]!) as WorstTask;
const tokenizer = (await openContestant(contestant, encoding))!;
const text = worstInput(input, bytes);

const startedMs = performance.now();
const tokens = tokenizer.count(text);
const betweenMs = performance.now();
tokenizer.count(text);
const endedMs = performance.now();

const times: WorstTimes = { tokens, firstMs: betweenMs - startedMs, secondMs: endedMs - betweenMs };
console.log(JSON.stringify(times));
