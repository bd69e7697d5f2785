"""Papers: what is printed and signed, as plain text first, which a writer makes a file of. No text is ever read as markup."""
