"""A question's answer in the chat: how it is shown, what its buttons do, how it is asked again."""
