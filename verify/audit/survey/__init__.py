"""Many maps audited at once: rows of a table, each finding with a reproduction, and the page and Markdown made of them."""
