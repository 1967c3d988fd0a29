/** Hand-written messages with every feature of the format that the adapter knows. */
export const openaiChat = [
  { role: "system", content: "Be brief.", name: "policy" },
  { content: "key order is kept", role: "developer" },
  {
    role: "user",
    content: [
      { type: "text", text: "What is on it?" },
      { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=", detail: "low" } },
      { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } },
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0=" } },
    ],
    name: "ann",
  },
  {
    role: "assistant",
    content: "I look.",
    tool_calls: [
      { id: "c1", type: "function", function: { name: "look", arguments: '{ "at": "it",\n "deep": 1.0 }' } },
      { type: "function", id: "c2", function: { arguments: "{}", name: "time" } },
      { id: "c3", type: "custom", custom: { name: "shell", input: "ls -l" } },
    ],
  },
  { role: "tool", tool_call_id: "c2", content: "noon" },
  {
    role: "tool",
    tool_call_id: "c1",
    content: [
      { type: "text", text: "a " },
      { type: "text", text: "cat" },
    ],
  },
  { role: "tool", tool_call_id: "c3", content: "" },
  { role: "assistant", content: null, refusal: "No." },
  { role: "user", content: "old style", extra: { nested: [1, null, true] } },
  { role: "assistant", content: null, function_call: { name: "old", arguments: "{broken" } },
  { role: "function", name: "old", content: "result" },
  {
    role: "assistant",
    content: [
      { type: "text", text: "Done." },
      { type: "refusal", refusal: "Not that." },
    ],
  },
  { role: "user", content: "" },
] as const;
