// Limits that model makers publish on their own model pages and that @pydantic/genai-prices lacks or rounds.
// One row: context window, max input, max output (null: not published), names. These win over the package's figures;
// where the two disagree the other figure is kept beside it. Checked against gpt-tokenizer 4.0.0's model list.
export const limits = [
  [1024, null, 1024, "gpt2 gpt-2"],
  [2048, null, 2048, "ada babbage curie davinci cushman-codex code-cushman-001 code-cushman-002"],
  [2048, null, 2048, "text-ada-001 text-babbage-001 text-curie-001 text-davinci-001"],
  [2048, null, 2048, "text-davinci-edit-001 code-davinci-edit-001"],
  [4000, null, 4000, "text-davinci-002 text-davinci-003"],
  [8000, null, 2048, "code-davinci-001 code-davinci-002 davinci-codex"],
  [16384, null, 16384, "babbage-002 davinci-002"],
  [8191, 8191, null, "text-similarity-ada-001 text-similarity-babbage-001 text-similarity-curie-001"],
  [8191, 8191, null, "text-similarity-davinci-001 text-search-ada-doc-001 text-search-babbage-doc-001"],
  [8191, 8191, null, "text-search-curie-doc-001 text-search-davinci-doc-001"],
  [8191, 8191, null, "code-search-ada-code-001 code-search-babbage-code-001"],
  [8191, 8191, null, "text-embedding-ada-002 text-embedding-3-small text-embedding-3-large"],
  [16385, null, 4096, "gpt-3.5 gpt-3.5-turbo gpt-35-turbo gpt-3.5-turbo-16k gpt-35-turbo-16k"],
  [4096, null, 4096, "gpt-3.5-turbo-instruct gpt-3.5-turbo-0301 gpt-3.5-0301"],
  [8192, null, 8192, "gpt-4"],
  [32768, null, 8192, "gpt-4-32k"],
  [128000, null, 4096, "gpt-4-turbo gpt-4-turbo-preview gpt-4-0125-preview gpt-4-1106-preview"],
  [128000, null, 4096, "gpt-4-vision-preview gpt-4-1106-vision-preview gpt-4o-2024-05-13"],
  [128000, null, 16384, "gpt-4o gpt-4o-mini chatgpt-4o-latest gpt-4.5-preview gpt-4o-search-preview"],
  [128000, null, 16384, "gpt-4o-mini-search-preview gpt-4o-audio-preview gpt-4o-mini-audio-preview"],
  [128000, null, 16384, "gpt-audio gpt-audio-mini gpt-5-chat-latest gpt-5.1-chat-latest gpt-5.2-chat-latest"],
  [128000, null, 16384, "gpt-5-chat gpt-5.1-chat gpt-5.2-chat gpt-5.3-chat gpt-5.3-chat-latest"],
  [32000, null, 4096, "gpt-4o-realtime-preview gpt-realtime gpt-realtime-mini"],
  [16000, null, 4096, "gpt-4o-mini-realtime-preview"],
  [1047576, null, 32768, "gpt-4.1 gpt-4.1-mini gpt-4.1-nano"],
  [128000, null, 65536, "o1-mini"],
  [128000, null, 32768, "o1-preview"],
  [200000, null, 100000, "o1 o1-pro o3 o3-mini o3-pro o3-deep-research o4-mini o4-mini-deep-research codex-mini"],
  [400000, 272000, 128000, "gpt-5 gpt-5-mini gpt-5-nano gpt-5-codex gpt-5.1 gpt-5.1-codex gpt-5.1-codex-max"],
  [400000, 272000, 128000, "gpt-5.1-codex-mini gpt-5.2 gpt-5.2-codex gpt-5.2-pro gpt-5.3-codex"],
  [400000, 272000, 128000, "gpt-5.4-mini gpt-5.4-nano"],
  [400000, null, 272000, "gpt-5-pro"],
  [1050000, null, 128000, "gpt-5.4 gpt-5.4-pro gpt-5.5 gpt-5.5-pro"],
  [1050000, 922000, 128000, "gpt-5.6-luna gpt-5.6-sol gpt-5.6-terra"],
  [131072, null, 131072, "gpt-oss-20b gpt-oss-120b gpt-oss:20b gpt-oss:120b"],
  [8192, null, 1024, "computer-use-preview"],
  [200000, null, 4096, "claude-3-haiku claude-3-sonnet claude-3-opus"],
  [200000, null, 8192, "claude-3-5-haiku claude-3-5-sonnet"],
  [200000, null, 64000, "claude-3-7-sonnet claude-sonnet-4 claude-sonnet-4-0 claude-sonnet-4-5 claude-haiku-4-5"],
  [200000, null, 64000, "claude-opus-4-5"],
  [200000, null, 32000, "claude-opus-4 claude-opus-4-0 claude-opus-4-1"],
  [1048576, 1048576, 65536, "gemini-2.5-pro gemini-2.5-flash gemini-2.5-flash-lite"],
  [1048576, 1048576, 8192, "gemini-2.0-flash gemini-2.0-flash-lite gemini-1.5-flash"],
  [2097152, 2097152, 8192, "gemini-1.5-pro"],
];

// The reference's own table of encodings (openai/tiktoken 0.14, model.py), and the families of which it is known that
// no encoding is public (null). The longest prefix that fits counts; a "$" ends a whole name.
export const encodingRules = {
  r50k_base:
    "gpt2$ gpt-2$ ada$ babbage$ curie$ davinci$ text-ada-001$ text-babbage-001$ text-curie-001$ text-davinci-001$ " +
    "text-similarity- text-search- code-search-",
  p50k_base:
    "text-davinci-002$ text-davinci-003$ code-davinci-001$ code-davinci-002$ code-cushman- davinci-codex$ cushman-codex$",
  p50k_edit: "text-davinci-edit-001$ code-davinci-edit-001$",
  cl100k_base:
    "gpt-4$ gpt-4- gpt-3.5$ gpt-3.5-0301$ gpt-3.5-turbo$ gpt-3.5-turbo- gpt-35-turbo$ gpt-35-turbo- davinci-002$ " +
    "babbage-002$ text-embedding-ada-002$ text-embedding-3-",
  o200k_base:
    "gpt-5 gpt-4.5- gpt-4.1$ gpt-4.1- gpt-4o$ gpt-4o- chatgpt-4o- o1$ o1- o3$ o3- o4-mini$ o4-mini- codex-mini$",
  o200k_harmony: "gpt-oss- gpt-oss:",
  null: "claude gemini gpt-6",
};
