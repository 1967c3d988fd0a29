const lc = (name: string, kwargs: object) => ({
  lc: 1,
  type: "constructor",
  id: ["langchain_core", "messages", name],
  kwargs,
});

export const langchainConstructors = [
  lc("SystemMessage", { content: "Be brief.", additional_kwargs: {}, response_metadata: {} }),
  lc("HumanMessage", {
    content: [
      { type: "text", text: "What is on it?" },
      { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
    ],
    additional_kwargs: {},
    response_metadata: {},
  }),
  lc("AIMessage", {
    content: [
      { type: "thinking", thinking: "I should look.", signature: "EqQB" },
      { type: "text", text: "I look." },
      { type: "tool_use", id: "c1", name: "look", input: { at: "it" } },
    ],
    additional_kwargs: {
      tool_calls: [{ id: "c1", type: "function", function: { name: "look", arguments: '{"at":"it"}' } }],
    },
    response_metadata: {},
    tool_calls: [{ name: "look", args: { at: "it" }, id: "c1", type: "tool_call" }],
    invalid_tool_calls: [],
  }),
  lc("ToolMessage", {
    content: "a cat",
    tool_call_id: "c1",
    name: "look",
    additional_kwargs: {},
    response_metadata: {},
  }),
  lc("AIMessage", {
    content: "A cat.",
    additional_kwargs: {},
    response_metadata: {},
    tool_calls: [],
    invalid_tool_calls: [],
  }),
];

export const langchainStored = [
  { type: "system", data: { content: "Be brief.", role: undefined, additional_kwargs: {}, response_metadata: {} } },
  { type: "human", data: { content: "What time is it?", additional_kwargs: {}, response_metadata: {} } },
  {
    type: "ai",
    data: {
      content: "",
      additional_kwargs: {
        tool_calls: [
          { id: "c1", type: "function", function: { name: "time", arguments: '{ "zone": "UTC" }' } },
          { id: "c2", type: "function", function: { name: "date", arguments: "{}" } },
        ],
      },
      tool_calls: [
        { name: "time", args: { zone: "UTC" }, id: "c1", type: "tool_call" },
        { name: "date", args: {}, id: "c2", type: "tool_call" },
      ],
      invalid_tool_calls: [],
    },
  },
  { type: "tool", data: { content: "noon", tool_call_id: "c1", name: "time" } },
  { type: "tool", data: { content: [{ type: "text", text: "today" }], tool_call_id: "c2", name: "date" } },
  { type: "ai", data: { content: "Noon.", additional_kwargs: {}, tool_calls: [] } },
];
