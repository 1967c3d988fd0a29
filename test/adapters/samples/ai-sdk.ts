export const aiSdk = [
  { role: "system", content: "Be brief." },
  {
    role: "user",
    content: [
      { type: "text", text: "What is on it?", providerOptions: { a: { b: 1 } } },
      { type: "image", image: "iVBORw0KGgo=", mediaType: "image/png" },
      { type: "file", data: "JVBERi0=", mediaType: "application/pdf", filename: "a.pdf" },
    ],
  },
  {
    role: "assistant",
    content: [
      { type: "reasoning", text: "I should look.", providerOptions: { anthropic: { signature: "EqQB" } } },
      { type: "text", text: "I look." },
      { type: "tool-call", toolCallId: "c1", toolName: "look", input: { at: "it" } },
      { type: "tool-call", toolCallId: "c2", toolName: "time", input: {} },
    ],
  },
  {
    role: "tool",
    content: [
      { type: "tool-result", toolCallId: "c1", toolName: "look", output: { type: "text", value: "a cat" } },
      { type: "tool-result", toolCallId: "c2", toolName: "time", output: { type: "json", value: { hour: 12 } } },
    ],
  },
  {
    role: "assistant",
    content: [{ type: "tool-call", toolCallId: "c3", toolName: "shot", input: { of: "it" } }],
  },
  {
    role: "tool",
    content: [
      {
        type: "tool-result",
        toolCallId: "c3",
        toolName: "shot",
        output: {
          type: "content",
          value: [
            { type: "text", text: "here" },
            { type: "media", data: "iVBORw0KGgo=", mediaType: "image/png" },
          ],
        },
      },
    ],
  },
  { role: "assistant", content: "A cat." },
  { role: "user", content: "thanks" },
] as const;
