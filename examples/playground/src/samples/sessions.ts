/** Recorded sessions of real agents; examples/sessions/SOURCES.md says where each comes from. */
export const sampleSessions: readonly { readonly name: string; readonly url: string }[] = [
  {
    name: "Airline desk (OpenAI)",
    url: new URL("../../../sessions/tau-bench-airline.openai.jsonl", import.meta.url).href,
  },
  {
    name: "Coding agent (Anthropic)",
    url: new URL("../../../sessions/cline-session.anthropic.json", import.meta.url).href,
  },
  {
    name: "Bug fix (SWE-agent)",
    url: new URL("../../../sessions/swe-agent-marshmallow-1867.traj.json", import.meta.url).href,
  },
];
