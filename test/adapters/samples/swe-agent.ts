export const sweAgent = [
  { role: "system", content: "You work in a shell.", agent: "main", message_type: "system_prompt" },
  { role: "user", content: "Fix it.", agent: "main", message_type: "observation" },
  {
    role: "assistant",
    content: "I list the files.",
    thought: "I list the files.",
    action: "ls",
    agent: "main",
    tool_calls: [{ function: { arguments: '{"command":"ls"}', name: "bash" }, id: "c1", type: "function" }],
    message_type: "action",
  },
  { role: "tool", content: "a.py", agent: "main", message_type: "observation", tool_call_ids: ["c1"] },
  { role: "assistant", content: "open a.py", thought: "I open it.", action: "open a.py", agent: "helper" },
  { role: "user", content: "1: import os", agent: "helper" },
  { role: "assistant", content: "It is fixed.", thought: "", action: "submit", agent: "primary" },
];
