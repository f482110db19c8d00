/** What each contestant is sent: a chat completion of a shop's assistant. */
export const chatRequest = JSON.stringify({
  model: "gpt-4o-mini",
  messages: [
    {
      role: "system",
      content:
        "You are the assistant of an online shop. Answer briefly and kindly, and only about orders, delivery and returns.",
    },
    {
      role: "user",
      content:
        "Hello! I have moved house since I ordered last week. How can I change the address to which my parcel is delivered?",
    },
  ],
  max_tokens: 200,
  temperature: 0.2,
});
