export const text = "A budget of 128,000 tokens… नमस्ते, 世界! 👩‍🚀 const answer = await model(messages);\n".repeat(50);
