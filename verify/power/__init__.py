"""The power of the suite: mistakes seeded one at a time in the code that runs, and which claim catches each."""
