export const anthropicSystem = [
  { type: "text", text: "Be brief." },
  { type: "text", text: "You have tools.", cache_control: { type: "ephemeral" } },
] as const;

export const anthropicMessages = [
  {
    role: "user",
    content: [
      { type: "text", text: "What is on it?", cache_control: { type: "ephemeral" } },
      { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" } },
      { type: "document", source: { type: "text", media_type: "text/plain", data: "A document." }, title: "doc" },
      { type: "document", source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" } },
    ],
  },
  {
    role: "assistant",
    content: [
      { type: "thinking", thinking: "I should look.", signature: "EqQBCg==" },
      { type: "redacted_thinking", data: "EmwKAhgB" },
      { type: "text", text: "I look." },
      { type: "tool_use", id: "c1", name: "look", input: { at: "it", deep: { n: [1, 2] } } },
      { type: "tool_use", id: "c2", name: "time", input: {} },
    ],
  },
  {
    role: "user",
    content: [
      { type: "tool_result", tool_use_id: "c1", content: "a cat" },
      {
        type: "tool_result",
        tool_use_id: "c2",
        content: [
          { type: "text", text: "noon" },
          { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" } },
        ],
        is_error: false,
      },
      { type: "text", text: "and now?" },
    ],
  },
  { role: "assistant", content: [{ type: "tool_use", id: "c3", name: "done", input: { ok: true } }] },
  { role: "user", content: [{ type: "tool_result", tool_use_id: "c3" }] },
  {
    role: "assistant",
    content: [
      { type: "server_tool_use", id: "s1", name: "web_search", input: { query: "cat" } },
      {
        type: "web_search_tool_result",
        tool_use_id: "s1",
        content: [
          {
            type: "web_search_result",
            url: "https://a.example",
            title: "A",
            encrypted_content: "Eo8B",
            page_age: null,
          },
        ],
      },
      { type: "text", text: "Found." },
    ],
  },
  { role: "user", content: "thanks" },
  { role: "assistant", content: "welcome" },
] as const;
