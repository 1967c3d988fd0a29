export const openaiResponses = [
  { role: "developer", content: "Be brief." },
  {
    type: "message",
    role: "user",
    content: [
      { type: "input_text", text: "What is on it?" },
      { type: "input_image", image_url: "data:image/png;base64,iVBORw0KGgo=", detail: "high" },
      { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0=" },
    ],
  },
  {
    type: "reasoning",
    id: "rs_1",
    summary: [{ type: "summary_text", text: "I should look." }],
    encrypted_content: "gAAA",
  },
  { type: "function_call", id: "fc_1", call_id: "c1", name: "look", arguments: '{"at": "it"}', status: "completed" },
  { type: "function_call", id: "fc_2", call_id: "c2", name: "time", arguments: "{}" },
  { type: "function_call_output", call_id: "c1", output: "a cat" },
  {
    type: "function_call_output",
    call_id: "c2",
    output: [
      { type: "input_text", text: "noon" },
      { type: "input_image", image_url: "data:image/png;base64,iVBORw0KGgo=", detail: "auto" },
    ],
  },
  { type: "custom_tool_call", call_id: "c3", name: "shell", input: "ls -l" },
  { type: "custom_tool_call_output", call_id: "c3", output: "total 0" },
  { type: "reasoning", id: "rs_2", summary: [] },
  {
    type: "message",
    id: "msg_1",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text: "A cat.", annotations: [] }],
  },
  { type: "web_search_call", id: "ws_1", status: "completed", action: { type: "search", query: "cat" } },
  { type: "item_reference", id: "msg_0" },
  { role: "user", content: "thanks" },
  { role: "assistant", content: "welcome" },
] as const;
